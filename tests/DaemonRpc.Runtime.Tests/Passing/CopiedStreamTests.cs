using System.Net.Sockets;
using DaemonRpc.Passing;

namespace DaemonRpc.Runtime.Tests.Passing;

public sealed class CopiedStreamTests
{
    /// <remarks>On a busy machine, the exception of the handler's next write came sooner, and the caller got that one.</remarks>
    [Fact]
    public async Task Failure_of_the_callers_stream_is_told_before_the_handlers_next_write_fails()
    {
        var stream = CopiedStream.Between(new FailingStream());
        using var far = new Socket(new SafeSocketHandle(stream.Descriptor.DangerousGetHandle(), ownsHandle: false));
        var told = new TaskCompletionSource<(Exception Failure, bool CouldWrite)>(TaskCreationOptions.RunContinuationsAsynchronously);
        stream.Begin(failure => told.TrySetResult((failure, CanWrite(far))));

        _ = far.Send("text"u8);

        (Exception failure, bool couldWrite) = await told.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.IsType<InvalidDataException>(failure);
        Assert.True(couldWrite);
        await stream.EndAsync(succeeded: false, CancellationToken.None);
    }

    private static bool CanWrite(Socket socket)
    {
        try
        {
            return socket.Send("more"u8) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed class FailingStream : MemoryStream
    {
        public override bool CanRead => false;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new InvalidDataException("As the test wants it.");
    }
}
