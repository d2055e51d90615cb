"""The local stack: `python -m infra.local.stack up | down | logs`, usually through `make`.

`STACK_DIR` names the directory of the stack (`.local` if not set); several can be up at once.
`SHOPRENTER_URL` names a ShopRenter-like server to use instead of the simulator, and
`SHOPRENTER_CONTRACT` the contract that it speaks.
"""

import json
import os
import shutil
import sys
import time
from urllib.parse import urlsplit

from infra.bundle import functions, read_template
from infra.local import cloud, deployment, description, function_environment, function_logs, shoprenter
from infra.local.layout import REGION, StackFiles
from infra.local.processes import Registry
from infra.local.progress import Failure, run, step


def up(files: StackFiles, further: dict[str, str] | None = None) -> dict:
    """Builds, starts missing processes, deploys with `further` parameters, and writes `stack.json`.

    A running stack is updated and keeps its tables, secrets and addresses.
    """
    began = time.monotonic()
    deployment.build()
    files.directory.mkdir(parents=True, exist_ok=True)
    registry = Registry(files.processes)
    was_up = cloud.running(registry) is not None
    try:
        stack = bring_up(files, registry, further or {})
    except BaseException:
        if not was_up:
            down(files)
        raise
    step(f"the stack is up after {time.monotonic() - began:.0f} s: {stack['api_url']}")
    step(f"described in {files.description}")
    return stack


def bring_up(files: StackFiles, registry: Registry, further: dict[str, str]) -> dict:
    """The steps of `up` after the build."""
    previous = description.read(files)
    if previous and cloud.running(registry):
        endpoint = previous["aws_endpoint"]
        secrets = {name: previous[name] for name in description.fresh_secrets()}
        step("the local cloud is up already: updating the stack in it")
        warn_of_ignored(secrets)
    else:
        down(files)
        endpoint = cloud.start(files, registry)
        secrets = description.fresh_secrets()
    shoprenter_url = connect_shoprenter(files, registry, previous, secrets)
    outputs = deployment.deploy(files, endpoint, {
        **deployment.default_parameters(endpoint),
        **description.secret_parameters(secrets),
        **shoprenter.parameters(shoprenter_url),
        **further,
    })
    api_url = deployment.api_url(endpoint)
    if shoprenter_url != shoprenter.external_url():
        shoprenter.register_app(shoprenter_url, api_url)
    stack = {
        "api_url": api_url,
        "aws_endpoint": endpoint,
        "region": REGION,
        "shoprenter_url": shoprenter_url,
        **secrets,
        "tables": {name: outputs[output] for name, output in description.TABLES.items()},
        "event_bus": outputs["EventBusName"],
        "app_secret_id": outputs["AppSecretId"],
        "dead_letters_url": outputs["DeadLettersUrl"],
        "stack_name": deployment.STACK_NAME,
        "log_dir": str(files.logs),
        "pids": {process.name: process.pid for process in registry.all()},
    }
    description.write(files, stack)
    function_environment.write(files, stack, next(iter(functions(read_template()))))
    return stack


def warn_of_ignored(kept: dict[str, str]) -> None:
    """Warns about given credentials that differ from the stack's, without showing them."""
    given = {f"SHOPRENTER_{name.upper()}": name for name in ("client_id", "client_secret", "app_id")}
    ignored = [variable for variable, name in given.items() if os.environ.get(variable) not in (None, "", kept[name])]
    if ignored:
        step(f"warning: {', '.join(ignored)} ignored, the stack keeps its own; `make down` first to have a new one")


def connect_shoprenter(files: StackFiles, registry: Registry, previous: dict, secrets: dict) -> str:
    """Address of the configured ShopRenter, or of a running simulator."""
    external = shoprenter.external_url()
    if external:
        if urlsplit(external).scheme not in ("http", "https"):
            raise Failure(f"SHOPRENTER_URL must begin with http:// or https://, and is '{external}'")
        registry.stop(shoprenter.NAME)
        step(f"using the ShopRenter at {external}")
        return external
    if registry.running(shoprenter.NAME):
        return previous["shoprenter_url"]
    return shoprenter.start(files, registry, secrets)


def down(files: StackFiles) -> None:
    """Ends the processes and removes the files of `up`, except the logs. Idempotent."""
    registry = Registry(files.processes)
    for process in registry.all():
        if registry.stop(process.name):
            step(f"stopped {process.name} (process {process.pid})")
    files.description.unlink(missing_ok=True)
    files.function_environment.unlink(missing_ok=True)
    for directory in (files.build, files.temporary):
        shutil.rmtree(directory, ignore_errors=True)


def logs(files: StackFiles, follow: bool) -> None:
    """Prints the functions' logs."""
    stack = description.read(files)
    if not stack:
        raise Failure(f"no stack is up in {files.directory}: `make up` first")
    function_logs.show(stack["aws_endpoint"], follow)


def main() -> None:
    """Runs the command given on the command line."""
    files = StackFiles.from_environment()
    match sys.argv[1:]:
        case ["up"]:
            print(json.dumps({"stack": str(files.description), "api_url": up(files)["api_url"]}))
        case ["down"]:
            down(files)
        case ["logs"]:
            logs(files, follow=False)
        case ["logs", "--follow"]:
            logs(files, follow=True)
        case _:
            raise Failure("usage: python -m infra.local.stack up | down | logs [--follow]")


if __name__ == "__main__":
    run(main)
