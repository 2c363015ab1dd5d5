namespace DaemonRpc.Session;

/// <summary>Work that a request leads to and that the connection's reader does before it reads on. May take any time.</summary>
internal interface IReaderWork
{
    /// <summary>Does the work.</summary>
    /// <param name="arguments">The request's arguments, valid only until this returns.</param>
    void Run(ReadOnlyMemory<byte> arguments);
}
