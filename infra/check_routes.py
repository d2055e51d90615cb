"""Checks that copies of the template agree with it: the routes of `cargo lambda watch` (in
`Cargo.toml`), and the samples in `events/`.
"""

import json
import re
import subprocess

from infra.bundle import functions, read_template
from infra.local.layout import ROOT
from infra.local.progress import Failure, run, step


def main() -> None:
    """Compares all three and reports the differences."""
    template = read_template()
    crates = functions(template)
    expected, watched = template_routes(template, crates), watched_routes()
    wrong = [f"template.yaml has {route}, Cargo.toml's router does not" for route in sorted(expected - watched)]
    wrong += [f"Cargo.toml's router has {route}, template.yaml does not" for route in sorted(watched - expected)]
    wrong += [f"events/{crate} has no sample" for crate in crates.values() if not list_samples(crate)]
    if wrong:
        raise Failure("\n".join(wrong))
    step(f"{len(expected)} routes and {len(crates)} functions agree with the template")


def template_routes(template: dict, crates: dict[str, str]) -> set[tuple[str, str]]:
    """Each route key of the template with the crate that serves it."""
    resources = template["Resources"]
    routes = set()
    for resource in resources.values():
        if resource["Type"] == "AWS::ApiGatewayV2::Route":
            integration = referenced(resource["Properties"]["Target"])
            function = referenced(resources[integration]["Properties"]["IntegrationUri"])
            routes.add((resource["Properties"]["RouteKey"], crates[function]))
    return routes


def referenced(substitution: dict) -> str:
    """The logical id in an `Fn::Sub`, ignoring pseudo parameters."""
    return re.search(r"\$\{(\w+)(?:\.Arn)?\}", substitution["Fn::Sub"]).group(1)


def watched_routes() -> set[tuple[str, str]]:
    """Route keys and crates of the router in the workspace's metadata."""
    metadata = subprocess.run(["cargo", "metadata", "--no-deps", "--format-version", "1"],
                              cwd=ROOT, capture_output=True, text=True, check=True).stdout
    router = json.loads(metadata)["metadata"]["lambda"]["watch"]["router"]
    return {(f"{entry['method']} {path}", entry["function"]) for path, entries in router.items() for entry in entries}


def list_samples(crate: str) -> list:
    """A function's sample invocations, each of them valid JSON."""
    samples = list((ROOT / "events" / crate).glob("*.json"))
    for sample in samples:
        json.loads(sample.read_text(encoding="utf-8"))
    return samples


if __name__ == "__main__":
    run(main)
