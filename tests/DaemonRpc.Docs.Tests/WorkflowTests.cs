namespace DaemonRpc.Docs.Tests;

/// <summary>The workflow, which no machine of this repository runs, says nothing but what CONTRIBUTING says.</summary>
public sealed class WorkflowTests
{
    private const string Step = "- run: ";

    [Fact]
    public void Each_command_of_the_workflow_is_one_that_contributors_run()
    {
        string contributing = Repository.Read("CONTRIBUTING.md");
        string[] commands = [.. Repository.Read(".github/workflows/ci.yml").Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith(Step, StringComparison.Ordinal)).Select(static line => line[Step.Length..])];

        Assert.Contains(".ci/run", commands);
        Assert.All(commands, command => Assert.Contains($"`{command}`", contributing, StringComparison.Ordinal));
    }
}
