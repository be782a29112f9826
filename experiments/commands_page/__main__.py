"""``python -m experiments.commands_page``: run an example of each command, write the page and its figures."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from experiments.commands_page.examples import EXAMPLES, FILES, Example
from experiments.showing.page_command import page_parser
from experiments.showing.progress import shown
from sim.results.result_folder import write_text

ROOT = Path(__file__).resolve().parent.parent.parent
_ARMY = "invented-army.yaml"
HEAD = """\
# The commands, and what they print

Made by `python -m experiments.commands_page`; do not edit. Each command below was run, one after another in
one folder; what it printed on standard output and, at its end, on standard error follows, cut where long.
`erosion COMMAND --help` lists the options. Armies are small here, for time: at 0.02 of its size an army is
not the real one in all respects ([scale.md](scale.md)), and the numbers are examples, not findings.
"""


def main() -> None:
    """Write the page."""
    parser = page_parser("experiments.commands_page", __doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/commands.md"))
    out = parser.parse_args().out
    figures = out.parent / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, shown(f"{len(EXAMPLES)} commands") as progress:
        parts = [HEAD, *_files(Path(folder))]
        for number, example in enumerate(EXAMPLES, start=1):
            parts += _part(example, Path(folder), figures)
            progress(number, len(EXAMPLES))
    write_text(out, "\n".join(parts))
    print(f"Written to {out}")


def _files(folder: Path) -> Iterator[str]:
    """Write the files that the examples read; show two of them."""
    shutil.copyfile(ROOT / "scenarios" / "examples" / _ARMY, folder / _ARMY)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in ("my-study.yaml", "my-army.yaml"):
        yield f"`{name}`, which some of them read:\n\n```yaml\n{FILES[name]}```\n"


def _part(example: Example, folder: Path, figures: Path) -> Iterator[str]:
    """Run an example, and write its part of the page."""
    name = name_of(example)
    yield f"## {name}\n\n{example.says}\n\n```\n{example.line}\n```\n"
    yield f"```text\n{_said(example, folder)}\n```\n"
    for path, words in example.figures:
        target = figures / f"commands-{name}-{Path(path).name}"
        shutil.copyfile(folder / path, target)
        yield f"![{words}](figures/{target.name})\n\n*A simulation, not an observation.*\n"


def name_of(example: Example) -> str:
    """Name of the command of an example."""
    return shlex.split(example.line)[1]


def _said(example: Example, folder: Path) -> str:
    """What a command prints.

    Raises
    ------
    RuntimeError
        If it ends with another code than it should.
    """
    command = [sys.executable, "-m", "experiments", *shlex.split(example.line)[1:]]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    answer = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if answer.returncode != example.code:
        raise RuntimeError(f"{example.line} ended with {answer.returncode}: {answer.stderr[-2000:]}")
    lines = [line.rstrip() for line in answer.stdout.splitlines()] + answer.stderr.splitlines()[-4:]
    text = [line.replace(f"{ROOT}{os.sep}", "") for line in lines]
    more = len(text) - example.lines
    shown = text if more <= 1 else [*text[: example.lines], f"… and {more} more lines"]
    return "\n".join(shown) or f"(nothing, and exit code {answer.returncode})"


if __name__ == "__main__":
    main()
