"""The command line: finds the command, runs it, turns known errors into exit codes.

Exit codes (contract): 0 done, 2 bad input or usage, 3 no answer exists or none could be proven.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

import hubpost

#: Command to module; only the module of the command asked for is imported, to start fast.
COMMANDS = {
    "demo": "hubpost.cli.demo",
    "check": "hubpost.cli.check",
    "template": "hubpost.cli.template",
    "import": "hubpost.cli.import_county",
    "landmarks": "hubpost.cli.landmarks",
    "roads": "hubpost.cli.roads",
    "plan": "hubpost.cli.plan",
    "indicators": "hubpost.cli.indicators",
    "staff": "hubpost.cli.staff",
    "second": "hubpost.cli.second",
    "solve": "hubpost.cli.solve",
    "queue": "hubpost.cli.queue",
    "simulate": "hubpost.cli.simulate",
    "replay": "hubpost.cli.replay",
    "train": "hubpost.cli.train",
    "evaluate": "hubpost.cli.evaluate",
    "serve": "hubpost.cli.serve",
    "city": "hubpost.cli.city",
    "user": "hubpost.cli.user",
    "backup": "hubpost.cli.backup",
    "restore": "hubpost.cli.restore",
    "schema": "hubpost.cli.schema",
    "verify-log": "hubpost.cli.verify_log",
    "purge": "hubpost.cli.purge",
    "records": "hubpost.cli.records",
    "keys": "hubpost.cli.keys",
    "subject": "hubpost.cli.subject",
    "protection": "hubpost.cli.protection",
    "checkpoint": "hubpost.cli.checkpoint",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    args = list(sys.argv[1:] if argv is None else argv)
    parser = _parser(args)
    parsed = parser.parse_args(args)
    try:
        return int(parsed.run(parsed) or 0)
    except KeyboardInterrupt:
        print("hubpost: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`| head`); say nothing more to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, OSError) as error:
        # Everything refused as input derives from ValueError and says what to do about it.
        print(f"hubpost: {_file_fault(error) or error}", file=sys.stderr)
        return 2
    except RecursionError:
        # No file of ours goes a thousand levels deep; what does was made to be a nuisance.
        print("hubpost: a file is nested too deeply to be read. Give another.", file=sys.stderr)
        return 2
    except Exception as error:
        fault = _database_fault(error)
        if fault is None:
            raise
        print(f"hubpost: {fault}", file=sys.stderr)
        return 2


def _file_fault(error: Exception) -> str | None:
    """What to say of a file that the system would not open; None for any other error."""
    if not isinstance(error, OSError) or error.filename is None:
        return None
    return (
        f"{error.filename}: expected a file that can be used, found: {error.strerror}. "
        "Check its name and its rights."
    )


def _database_fault(error: Exception) -> str | None:
    """What to say of a database that cannot be used; None for any other error.

    sqlalchemy is looked up, not imported: commands without a database start without it.
    """
    loaded = sys.modules.get("sqlalchemy")
    if loaded is None or not isinstance(error, loaded.exc.DBAPIError):
        return None
    cause = str(error.orig).strip().partition("\n")[0]
    return f"The database cannot be used: {cause}. Check --db and --data, and that it is running."


def _parser(args: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hubpost", description="Plan, run and evaluate hub groups of rural police stations."
    )
    parser.add_argument("--version", action="version", version=hubpost.__version__)
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    named = next((a for a in args if not a.startswith("-")), None)
    wanted = [named] if named in COMMANDS else list(COMMANDS)
    for command in wanted:
        importlib.import_module(COMMANDS[command]).add_parser(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
