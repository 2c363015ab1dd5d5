using DaemonRpc.CodeGen;

namespace DaemonRpc.Runtime.Tests.Calls;

public sealed class InProcessContractTests
{
    /// <remarks>Every call was refused as another build's: contract and entry assembly had been one in all tests, as they are in no user's tests.</remarks>
    [Fact]
    public async Task Contract_of_another_assembly_than_the_program_is_served_in_process()
    {
        var contract = new DaemonContract { Id = "some.id", Interface = typeof(Uri), BuildTimestampTicks = 1 };
        Assert.NotEqual(contract.Identity.ProgramBuild, contract.Identity.Build);
        await using SampleClient client = SampleClient.InProcess(new Sample(), contract);

        Assert.Equal("text", await client.EchoAsync("text"));
    }
}
