"""How results are shown: figures, tables, pages, notebooks, progress; shared by all experiments."""
