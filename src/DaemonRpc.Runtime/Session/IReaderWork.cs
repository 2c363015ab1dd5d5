namespace DaemonRpc.Session;

/// <summary>What a request has led to, and its connection's reader is to do before it reads on. May take any time.</summary>
internal interface IReaderWork
{
    /// <summary>Does it.</summary>
    /// <param name="arguments">The request's. Not valid any more when this has returned.</param>
    void Run(ReadOnlyMemory<byte> arguments);
}
