namespace DaemonRpc.Installed.Tests.Installing;

/// <summary>A stranger's tool in every form in which a program is published; the shop's tests have Native AOT, trimmed and plain ones.</summary>
public sealed class PublishedFormsTests(PackedPackage package)
{
    [Theory]
    [InlineData("--no-self-contained", "-p:PublishSingleFile=true")]
    [InlineData("--no-self-contained", "-p:PublishReadyToRun=true")]
    [InlineData("--self-contained")]
    [InlineData("--self-contained", "-p:PublishSingleFile=true", "-p:EnableCompressionInSingleFile=true")]
    public void Program_is_warm_and_is_replaced_when_it_is_published_again(params string[] form)
    {
        Assert.SkipUnless(
            form.Contains("--no-self-contained") || PackedPackage.HasRuntimeOf(PackedPackage.Platform),
            "The runtime of this platform is not among this repository's restored packages.");
        using var tool = new GreetTool(package);
        tool.Publish(tool.User["out"], form);

        Greeted first = tool.Greet(tool.User["out/Greet"]);
        Assert.Equal(("1.0.0", 1, "Started"), (first.Daemon, first.Greetings, first.Origin));
        Assert.Equal(first with { Greetings = 2, Origin = "Reused" }, tool.Greet(tool.User["out/Greet"]));

        tool.Write("2.0.0");
        tool.Publish(tool.User["out"], form);
        Greeted second = tool.Greet(tool.User["out/Greet"]);
        Assert.Equal(("2.0.0", 1, "Replaced"), (second.Daemon, second.Greetings, second.Origin));
        first.HasLeft();
    }
}
