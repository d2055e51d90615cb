"""Builds the functions and deploys `template.yaml` itself to the local cloud, with the SAM CLI."""

import os
import subprocess

from infra.bundle import bundle
from infra.local import cloud
from infra.local.layout import BINARIES, REGION, ROOT, SAM_CONFIG, TOOLS, StackFiles, architecture
from infra.local.progress import Failure, step

STACK_NAME = "shopcall-local"
ARTIFACTS = "shopcall-local-artifacts"
# MiniStack takes an API's id from this tag of the stack, so the address is known
# before the deployment and can be one of its parameters.
API_ID = "shopcall"


def api_url(endpoint: str) -> str:
    """Where MiniStack serves the HTTP API."""
    return f"{endpoint}/_aws/execute-api/{API_ID}"


def build() -> None:
    """Compiles the workspace in the tests' profile."""
    step("building the workspace (cargo build --profile fast --workspace)")
    command = ["cargo", "build", "--profile", "fast", "--workspace"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise Failure("the workspace does not build")


def deploy(files: StackFiles, endpoint: str, parameters: dict[str, str]) -> dict[str, str]:
    """Deploys the template with these parameters; returns the stack's outputs."""
    built = bundle(lambda crate: BINARIES / crate, files.build)
    ensure_bucket(endpoint)
    step("deploying template.yaml (sam deploy)")
    command = [
        str(TOOLS / "aws" / "bin" / "sam"), "deploy",
        "--template-file", str(built),
        "--config-file", str(SAM_CONFIG), "--config-env", "local",
        "--tags", f"ms-custom-id={API_ID}",
        "--parameter-overrides", *[override(name, value) for name, value in parameters.items()],
    ]
    log = files.logs / "sam-deploy.log"
    with open(log, "wb") as output:
        result = subprocess.run(command, cwd=ROOT, env=sam_environment(endpoint), check=False,
                                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    if result.returncode != 0:
        raise Failure(f"sam deploy failed; see {log}\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
    return outputs(endpoint)


def override(name: str, value: str) -> str:
    """A parameter for the SAM CLI, quoted if it contains a space."""
    return f'{name}="{value}"' if " " in value else f"{name}={value}"


def default_parameters(endpoint: str) -> dict[str, str]:
    """Parameters that point a stack at the local services."""
    return {
        "Architecture": architecture(),
        "BackendUrl": api_url(endpoint),
        "DeletionProtection": "false",
        "LocalEndpointUrl": endpoint,
    }


def ensure_bucket(endpoint: str) -> None:
    """The bucket that the functions' code is uploaded to."""
    s3 = cloud.client(endpoint, "s3")
    try:
        s3.create_bucket(Bucket=ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})
    except s3.exceptions.BucketAlreadyOwnedByYou:
        pass


def outputs(endpoint: str) -> dict[str, str]:
    """The deployed stack's outputs."""
    stack = cloud.client(endpoint, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def sam_environment(endpoint: str) -> dict[str, str]:
    """This shell's environment, pointed at the local cloud alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, **cloud.CREDENTIALS, "AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true", "SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.5"}
