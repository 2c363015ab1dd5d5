using DaemonRpc.Passing;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Passing;

public sealed class SentStreamsTests
{
    /// <remarks>Its end waited for what had never begun.</remarks>
    [Fact]
    public async Task Call_that_was_never_sent_ends_what_was_prepared_for_it()
    {
        using var stream = new MemoryStream([1, 2, 3]);
        SafeFileHandle file = File.OpenHandle("/dev/null");
        var streams = new SentStreams([CopiedStream.Between(stream), new SentHandle(file)]);
        file.Dispose();
        _ = Assert.Throws<ObjectDisposedException>(streams.Duplicate);

        await streams.EndAsync(succeeded: false, CancellationToken.None).Soon();

        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public async Task Stream_that_fails_at_its_end_keeps_no_other_from_ending()
    {
        var failure = new IOException("It cannot be positioned any more.");
        var last = new RecordedStream(null);
        var streams = new SentStreams([new RecordedStream(failure), last]);

        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => streams.EndAsync(succeeded: true, CancellationToken.None).Soon()));
        Assert.Equal(1, last.Ends);

        // A call that failed has a better reason.
        await streams.EndAsync(succeeded: false, CancellationToken.None).Soon();
    }

    [Fact]
    public void Handle_that_is_closed_or_was_never_opened_is_refused()
    {
        var closed = new SafeFileHandle(0, ownsHandle: false);
        closed.Dispose();

        _ = Assert.Throws<ObjectDisposedException>(() => new SentHandle(closed));
        _ = Assert.Throws<ArgumentException>(static () => new SentHandle(new SafeFileHandle()));
    }

    private sealed class RecordedStream(Exception? failure) : SentStream
    {
        public int Ends { get; private set; }

        public override StreamTraits Traits => StreamTraits.Passed;

        public override SafeFileHandle Descriptor => throw new NotSupportedException();

        public override Task EndAsync(bool succeeded, CancellationToken cancellationToken)
        {
            Ends++;
            return failure is null ? Task.CompletedTask : Task.FromException(failure);
        }
    }
}
