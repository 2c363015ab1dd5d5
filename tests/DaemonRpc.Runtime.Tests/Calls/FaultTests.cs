using DaemonRpc.Protocol;
using DaemonRpc.Serialization;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>Values with which a handler fails, on their way to the caller.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private readonly Sample _handler = new();
    private readonly SampleClient _client;

    public FaultTests() => _client = SampleClient.InProcess(_handler);

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Caller_gets_the_value_the_message_and_the_stack()
    {
        _handler.Work = (_, _, _) => throw new DaemonFaultException<string>("the value", "The message.");

        DaemonFaultException<string> fault = await Assert.ThrowsAsync<DaemonFaultException<string>>(() => _client.WorkAsync(null));

        Assert.Equal(("the value", "The message."), (fault.Fault, fault.Message));
        Assert.Contains(nameof(Caller_gets_the_value_the_message_and_the_stack), fault.RemoteStackTrace, StringComparison.Ordinal);
        Assert.Equal("DaemonRpc.DaemonFaultException`1[System.String]", fault.RemoteType);
        Assert.Equal("WorkAsync failed: The message.", (await _client.Daemon.GetStatusAsync().Soon()).Message);
    }

    [Fact]
    public async Task Each_declared_type_is_told_from_the_others()
    {
        _handler.Work = async (_, _, _) =>
        {
            await Task.Yield();
            throw new DaemonFaultException<int[]>([1, 2, 3]);
        };

        DaemonFaultException<int[]> fault = await Assert.ThrowsAsync<DaemonFaultException<int[]>>(() => _client.WorkAsync(null));

        Assert.Equal([1, 2, 3], fault.Fault);
        Assert.Equal("The call failed with a fault of type System.Int32[].", fault.Message);
    }

    [Fact]
    public async Task Fault_that_is_not_declared_comes_as_any_other_exception()
    {
        _handler.Work = (_, _, _) => throw new DaemonFaultException<long>(7, "Seven.");

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.WorkAsync(null));

        Assert.Equal(("DaemonRpc.DaemonFaultException`1[System.Int64]", "Seven."), (error.RemoteType, error.Message));
    }

    [Fact]
    public async Task Fault_of_one_call_is_not_in_the_error_of_the_next()
    {
        _handler.Work = (_, _, _) => throw new DaemonFaultException<string>("first");
        _ = await Assert.ThrowsAsync<DaemonFaultException<string>>(() => _client.WorkAsync(null));
        _handler.Work = (_, _, _) => throw new InvalidDataException("Second.");

        Assert.Equal("Second.", (await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.WorkAsync(null))).Message);
    }

    [Fact]
    public async Task Fault_that_cannot_be_sent_leaves_the_error_and_says_why()
    {
        _handler.Work = (_, _, _) => throw new DaemonFaultException<IEnumerable<int>>(Broken(), "Broken.");

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.WorkAsync(null));

        Assert.StartsWith("Broken. (Its fault could not be sent: ", error.Message, StringComparison.Ordinal);
        Assert.Equal("again", await _client.EchoAsync("again"));

        static IEnumerable<int> Broken()
        {
            yield return 1;
            throw new InvalidTimeZoneException("The value's own.");
        }
    }

    [Fact]
    public void Fault_that_cannot_be_read_leaves_the_error_and_says_why()
    {
        var error = new ErrorMessage { Type = "T", Message = "M.", StackTrace = "S", FaultType = FaultType.NameOf<string>(), Fault = new byte[] { 1, 2, 3 } };
        FaultType.Add([FaultType.Of<string>()]);

        DaemonRemoteException exception = Assert.IsType<DaemonRemoteException>(FaultType.ToException(error));

        Assert.StartsWith("M. (Its fault could not be read: ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(("T", "S"), (exception.RemoteType, exception.RemoteStackTrace));
    }

    [Fact]
    public void Type_that_no_contract_of_this_process_declares_is_not_looked_for()
    {
        var error = new ErrorMessage { Type = "T", Message = "M.", FaultType = typeof(Version).ToString(), Fault = new byte[] { 1 } };

        DaemonRemoteException exception = Assert.IsType<DaemonRemoteException>(FaultType.ToException(error));

        Assert.Equal("M.", exception.Message);
    }
}
