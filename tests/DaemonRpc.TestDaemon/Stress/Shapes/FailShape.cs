namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>A fault that the contract declares.</summary>
internal sealed class FailShape(Random random, StressCall call) : Shape(random)
{
    public override async Task<string> CallAsync(TestServiceClient client, CancellationToken own)
    {
        var parcel = Parcel.Make(Random);
        try
        {
            _ = await client.StressFailAsync(call, parcel, own);
        }
        catch (DaemonFaultException<Parcel> fault)
        {
            Check(fault.Fault.Describe() == parcel.Describe(), $"The fault has {fault.Fault} instead of {parcel}.");
            return "fault";
        }

        Complain("The call returned although it had to fail.");
        return "result";
    }

    protected override Task CheckAsync(bool isWhole) => Task.CompletedTask;
}
