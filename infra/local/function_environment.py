"""Environment of a deployed function, for running it outside the local cloud."""

import os

from infra.local import cloud
from infra.local.layout import REGION, StackFiles


def read(stack: dict, logical_id: str) -> dict[str, str]:
    """Variables of one function, including those that Lambda sets."""
    endpoint = stack["aws_endpoint"]
    resource = cloud.client(endpoint, "cloudformation").describe_stack_resource(
        StackName=stack["stack_name"], LogicalResourceId=logical_id)["StackResourceDetail"]
    configuration = cloud.client(endpoint, "lambda").get_function_configuration(
        FunctionName=resource["PhysicalResourceId"])
    return {
        **configuration["Environment"]["Variables"],
        **cloud.CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_FUNCTION_NAME": resource["PhysicalResourceId"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(configuration["Timeout"]),
    }


def write(files: StackFiles, stack: dict, logical_id: str) -> None:
    """Writes the functions' shared variables for `cargo lambda watch --env-file`, readable only by its owner."""
    own = ("AWS_LAMBDA_FUNCTION_",)
    shared = {name: value for name, value in read(stack, logical_id).items() if value and not name.startswith(own)}
    descriptor = os.open(files.function_environment, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as output:
        output.writelines(f"{name}={value}\n" for name, value in sorted(shared.items()))
