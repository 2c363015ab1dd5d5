using System.Collections.Concurrent;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Nerdbank.Streams;

namespace DaemonRpc.Transport;

/// <summary>Creates both ends of a connection within the process.</summary>
internal static class InMemoryPair
{
    // No size limit, so that writing never blocks: our readers always read. Inline schedulers, so that a saturated thread pool delays nothing.
    private static readonly PipeOptions s_unlimited = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    public static (IByteChannel Client, IByteChannel Daemon) Create()
    {
        (IDuplexPipe client, IDuplexPipe daemon) = FullDuplexStream.CreatePipePair(s_unlimited);
        var toDaemon = new ConcurrentQueue<(long At, SafeFileHandle Handle)>();
        var toClient = new ConcurrentQueue<(long At, SafeFileHandle Handle)>();
        return (new PipeChannel(client, toClient, toDaemon), new PipeChannel(daemon, toDaemon, toClient));
    }
}
