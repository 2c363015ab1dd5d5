using System.IO.Pipelines;
using Nerdbank.Streams;

namespace DaemonRpc.Transport;

/// <summary>Both ends of a connection that never leaves the process.</summary>
internal static class InMemoryPair
{
    // No limit after which writing waits: a reader of ours is always reading. Inline, so that a saturated pool delays nothing.
    private static readonly PipeOptions s_unlimited = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    public static (IByteChannel Client, IByteChannel Daemon) Create()
    {
        (IDuplexPipe client, IDuplexPipe daemon) = FullDuplexStream.CreatePipePair(s_unlimited);
        return (new PipeChannel(client), new PipeChannel(daemon));
    }
}
