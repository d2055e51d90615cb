"""Checks that the reference pages agree with the template and the code, in both directions.

    python -m infra.check_reference

Compared are routes, events, tables with their indexes, variables and parameters, metrics, problem
types, and the log lines and pages that the troubleshooting page quotes. Code is found by pattern in
every Rust file below `shared/` and `functions/`, tests excepted, so it may move.
"""

import re
from functools import cache
from pathlib import Path

from infra.bundle import functions, read_template
from infra.check_routes import template_routes, watched_routes
from infra.local.layout import ROOT
from infra.local.progress import Failure, run, step

REFERENCE = ROOT / "docs" / "reference"
TROUBLESHOOTING = ROOT / "docs" / "troubleshooting.md"

CODE = re.compile(r"`([^`]+)`")
CONTINUED = re.compile(r"\\\n\s*")
TEST_MODULE = re.compile(r"^#\[cfg\(test\)\]\n(?:#\[[^\n]*\n)*mod \w+ \{$.*?^\}$", re.MULTILINE | re.DOTALL)
TEST_FILES = {"tests", "benches", "examples"}
# Read by the code, and set by Lambda rather than by the template.
SET_BY_LAMBDA = {"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}


def main() -> None:
    """Runs every check and reports all differences."""
    template = read_template()
    wrong = [
        *check_routes(template),
        *check_problems(),
        *check_events(template),
        *check_tables(template),
        *check_variables(template),
        *check_parameters(template),
        *check_metrics(),
        *check_quotations(),
    ]
    if wrong:
        raise Failure("\n".join(wrong))
    step("the reference pages agree with the template and the code")


# ------------------------------------------------------------------ Pages and code


def rows(page: Path, *headings: str) -> list[list[str]]:
    """Rows of the tables on a page whose header begins with `headings`."""
    found, inside = [], False
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not line.startswith("|"):
            inside = False
        elif inside:
            found.append(cells)
        else:
            inside = cells[: len(headings)] == list(headings)
    found = [row for row in found if not set("".join(row)) <= set("-: ")]
    if not found:
        raise Failure(f"{relative(page)} has no table whose header begins with: {' | '.join(headings)}")
    return found


def codes(cell: str) -> list[str]:
    """Texts in backticks in a cell."""
    return CODE.findall(cell)


def relative(page: Path) -> Path:
    """A page's path, for messages."""
    return page.relative_to(ROOT)


@cache
def sources() -> dict[Path, str]:
    """The text of every Rust file that is part of a function, without its tests; texts that are
    continued on the next line are joined."""
    found = {}
    for folder in ("shared", "functions"):
        for path in sorted((ROOT / folder).glob("**/*.rs")):
            is_test = TEST_FILES & set(path.relative_to(ROOT).parts) or path.stem in {"tests", "properties", "fuzz"}
            if not is_test:
                text = CONTINUED.sub("", path.read_text(encoding="utf-8"))
                found[path] = TEST_MODULE.sub("", text)
    return found


def in_code(pattern: str) -> set:
    """All matches of a pattern in the code."""
    return {match for text in sources().values() for match in re.findall(pattern, text)}


def differences(page: Path, kind: str, documented: set, actual: set, where: str) -> list[str]:
    """Entries present on only one side."""
    name = relative(page)
    wrong = [f"{name} does not have the {kind} {show(one)}, which is in {where}" for one in sorted(actual - documented)]
    wrong += [f"{name} has the {kind} {show(one)}, which is not in {where}" for one in sorted(documented - actual)]
    return wrong


def show(one) -> str:
    """A name, or the parts of an entry."""
    return one if isinstance(one, str) else " · ".join(str(part) for part in one)


def values(tree, key: str):
    """Every value of a key, anywhere in the template or a part of it."""
    for child in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from values(child, key)
    if isinstance(tree, dict) and key in tree:
        yield tree[key]


# ------------------------------------------------------------------ Routes


def check_routes(template: dict) -> list[str]:
    """Checks routes and their functions against the template and the local router."""
    page = REFERENCE / "routes.md"
    documented = {(codes(row[0])[0], row[1]) for row in rows(page, "route", "function")}
    expected = template_routes(template, functions(template))
    return [
        *differences(page, "route", documented, expected, "template.yaml"),
        *differences(page, "route", documented, watched_routes(), "Cargo.toml's router"),
    ]


def check_problems() -> list[str]:
    """Checks problem types."""
    page = REFERENCE / "routes.md"
    documented = {codes(row[0])[0] for row in rows(page, "`type`", "status")}
    return differences(page, "problem", documented, in_code(r'"(urn:[\w-]+:problem:[\w-]+)"'), "the code")


# ------------------------------------------------------------------ Events


def check_events(template: dict) -> list[str]:
    """Checks detail types and fields against the code, and receivers against the template's rules."""
    page = REFERENCE / "events.md"
    table = rows(page, "detail-type", "source", "detail", "sent by", "received by")
    types = {codes(row[0])[0] for row in table}
    bodies = in_code(r"(?s)fn detail_type\(.*?\n    \}\n")
    actual = {name for body in bodies for name in re.findall(r'=>\s*\{?\s*"(\w+)"', body)}
    crates = functions(template)
    heard = {
        (detail_type, crates[logical_id])
        for logical_id in crates
        for event in template["Resources"][logical_id]["Properties"].get("Events", {}).values()
        if event["Type"] == "EventBridgeRule"
        for detail_type in event["Properties"]["Pattern"]["detail-type"]
    }
    receivers = {(codes(row[0])[0], name) for row in table for name in row[4].split(", ") if name != "–"}
    return [
        *differences(page, "event", types, actual, "the code"),
        *differences(page, "receiver", receivers, heard, "template.yaml"),
        *check_sources(page, table, template),
        *check_senders(page, table, set(crates.values())),
        *check_details(page, table),
    ]


def check_sources(page: Path, table: list[list[str]], template: dict) -> list[str]:
    """Checks that every rule matches the source of its events."""
    documented = {codes(row[0])[0]: codes(row[1])[0] for row in table}
    wrong = []
    for pattern in values(template["Resources"], "Pattern"):
        for detail_type in pattern["detail-type"]:
            source = documented.get(detail_type, "no such event")
            expected = re.escape(source).replace("<platform>", "[a-z0-9-]+")
            if not all(re.fullmatch(expected, one) for one in pattern["source"]):
                wrong.append(f"template.yaml expects {detail_type} from {pattern['source']}, {relative(page)} says {source}")
    return wrong


def check_senders(page: Path, table: list[list[str]], crates: set[str]) -> list[str]:
    """Checks that every sender is a function."""
    prose = re.compile(r"\]\(.*?\)|[^\w-]")
    named = {word for row in table for word in prose.sub(" ", row[3]).split() if "-" in word}
    return [f"{relative(page)} names the sender {name}, which is not a function" for name in sorted(named - crates)]


def check_details(page: Path, table: list[list[str]]) -> list[str]:
    """Checks each event's fields against the struct or variant of its name. `the same` repeats the row above."""
    wrong, previous = [], set()
    for row in table:
        name, cell = codes(row[0])[0], re.sub(r"\{.*?\}", "", row[2])
        documented = set(codes(re.split(r"[.,] (?:such as|Sent|when) ?", cell)[0]))
        documented = documented | previous if cell.startswith("the same") else documented
        previous = documented
        declared = in_code(rf"(?s)\b{name} \{{\n(.*?)\n\s*\}}")
        fields = [set(field_names(body)) for body in declared]
        if documented not in fields:
            actual = sorted(max(fields, key=len, default=set()))
            wrong.append(f"{relative(page)} says that {name} has {sorted(documented)}, the code has {actual}")
    return wrong


def field_names(body: str) -> list[str]:
    """Fields of a struct or variant, by the names that serde gives them."""
    body = re.sub(r'#\[serde\(rename = "(\w+)"[^\n]*\n((?:\s*///[^\n]*\n)*\s*(?:pub )?)\w+:', r"\2\1:", body)
    return re.findall(r"^\s*(?:pub )?(\w+): ", body, re.MULTILINE)


# ------------------------------------------------------------------ Tables


def check_tables(template: dict) -> list[str]:
    """Checks keys, TTL and indexes."""
    page = REFERENCE / "tables.md"
    actual_tables, actual_indexes = set(), set()
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] != "AWS::DynamoDB::Table":
            continue
        name, properties = logical_id.removesuffix("Table"), resource["Properties"]
        ttl = properties.get("TimeToLiveSpecification", {}).get("AttributeName", "–")
        actual_tables.add((name, *keys(properties), ttl))
        for index in properties.get("GlobalSecondaryIndexes", []):
            actual_indexes.add((f"{name} {index['IndexName']}", *keys(index), projection(index)))
    tables = {tuple(plain(cell) for cell in row[:4]) for row in rows(page, "table", "partition key", "sort key", "TTL")}
    indexes = {tuple(plain(cell) for cell in row[:4]) for row in rows(page, "index", "partition key", "sort key")}
    return [
        *differences(page, "table", tables, actual_tables, "template.yaml"),
        *differences(page, "index", indexes, actual_indexes, "template.yaml"),
    ]


def plain(cell: str) -> str:
    """A cell without backticks."""
    return cell.replace("`", "")


def keys(properties: dict) -> tuple[str, str]:
    """Partition and sort key."""
    names = {key["KeyType"]: key["AttributeName"] for key in properties["KeySchema"]}
    return names["HASH"], names.get("RANGE", "–")


def projection(index: dict) -> str:
    """An index's projection, in the page's words."""
    kind = index["Projection"]["ProjectionType"]
    return {"KEYS_ONLY": "keys only", "ALL": "all"}.get(kind) or ", ".join(index["Projection"]["NonKeyAttributes"])


# ------------------------------------------------------------------ Configuration


def check_variables(template: dict) -> list[str]:
    """Checks variables with their parameter and default against the template, and their names against the code."""
    page = REFERENCE / "configuration.md"
    table = rows(page, "variable", "parameter", "meaning", "default")
    names = {codes(row[0])[0] for row in table}
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    documented = {(codes(row[0])[0], (codes(row[1]) or ["–"])[0]) for row in table}
    actual = {(name, parameter_of(value, template["Parameters"])) for name, value in variables.items()}
    return [
        *differences(page, "variable", documented, actual, "template.yaml"),
        *differences(page, "variable", names | SET_BY_LAMBDA, read_variables(), "the code"),
        *check_defaults(page, [(row[1], row[3]) for row in table if codes(row[1])], template),
    ]


def parameter_of(value, parameters: dict) -> str:
    """The parameter that a variable's value refers to."""
    return next((name for name in values(value, "Ref") if name in parameters), "–")


def read_variables() -> set[str]:
    """The variables that the code reads: names in capitals in files that read the environment."""
    found = set()
    for text in sources().values():
        if re.search(r"\bEnvironment\b|env::var", text):
            found |= set(re.findall(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"', text))
    return found


def check_parameters(template: dict) -> list[str]:
    """Checks parameters without a variable."""
    page = REFERENCE / "configuration.md"
    variables = {name for row in rows(page, "variable", "parameter") for name in codes(row[1])}
    table = rows(page, "parameter", "meaning", "default")
    documented = variables | {codes(row[0])[0] for row in table}
    return [
        *differences(page, "parameter", documented, set(template["Parameters"]), "template.yaml"),
        *check_defaults(page, [(row[0], row[2]) for row in table], template),
    ]


def check_defaults(page: Path, pairs: list[tuple[str, str]], template: dict) -> list[str]:
    """Checks the default of each documented parameter: its value, `empty` or `required`."""
    wrong = []
    for cell, stated in pairs:
        name = codes(cell)[0]
        default = template["Parameters"].get(name, {}).get("Default", "required")
        expected = str(default) or "empty"
        if (codes(stated) or [re.split(r"\W", stated)[0]])[0] != expected:
            wrong.append(f"{relative(page)} says that {name} is {stated} by default, template.yaml says {expected}")
    return wrong


# ------------------------------------------------------------------ Metrics and quotations


def check_metrics() -> list[str]:
    """Checks metrics with their dimensions, and the namespace."""
    page = REFERENCE / "metrics.md"
    documented = {(codes(row[0])[0], codes(row[1])[0]) for row in rows(page, "metric", "dimension")}
    actual = in_code(r'\bcount\(\s*"([A-Z]\w+)",\s*\(\s*"(\w+)"')
    namespaces = in_code(r'const NAMESPACE: &str = "([^"]+)"')
    text = page.read_text(encoding="utf-8")
    wrong = [f"{relative(page)} does not name the namespace {one}" for one in namespaces if f"`{one}`" not in text]
    return wrong + differences(page, "metric", documented, actual, "the code")


def check_quotations() -> list[str]:
    """Checks quoted log lines, reasons and pages. A log line is quoted whole; a reason or a page text
    may be part of a longer text."""
    page = relative(TROUBLESHOOTING)
    text = TROUBLESHOOTING.read_text(encoding="utf-8")
    # Texts have a placeholder for the platform's name.
    code = "\n".join(sources().values()).replace("{platform}", "ShopRenter")
    logs, reasons = re.findall(r"\blog `([^`]+)`", text), re.findall(r"\breason `([^`]+)`", text)
    pages = re.findall(r"\bpage \*([^*]+)\*", text)
    if not (logs and reasons and pages):
        raise Failure(f"{page} quotes nothing: write log lines as log `…`, reasons as reason `…`, pages as page *…*")
    return [
        *[f"{page} quotes the log line `{one}`, which is not in the code" for one in logs if f'"{one}"' not in code],
        *[f"{page} quotes the reason `{one}`, which is not in the code" for one in reasons if one not in code],
        *[f"{page} quotes the page *{one}*, which is not in the code" for one in pages if f'"{one}' not in code],
    ]


if __name__ == "__main__":
    run(main)
