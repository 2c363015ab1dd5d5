namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>How the hostile end ends its connection.</summary>
internal enum FuzzEnd
{
    /// <summary>It reads until the other end is silent, then says that it sends nothing more, and reads on.</summary>
    Lingers,

    /// <summary>It says at once that it sends nothing more, and reads on.</summary>
    Finishes,

    /// <summary>It reads nothing, and closes.</summary>
    Leaves,
}

/// <summary>One end of the conversations as it is attacked by inputs, one at a time.</summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>The name with which the target's inputs begin.</summary>
    public abstract string Name { get; }

    public abstract IReadOnlyList<FuzzSeed> Seeds { get; }

    public static FuzzTarget Create(string name) => name switch
    {
        "client" => new HostileClient(),
        "daemon" => new HostileDaemon(),
        "message" => new HostileMessage(),
        _ => throw new FormatException($"There is no target '{name}'."),
    };

    /// <summary>Says the input to the other end, has that serve honestly afterwards, and returns what the input brought, without what differs from run to run.</summary>
    /// <param name="input">What is said.</param>
    /// <param name="end">How the hostile end ends.</param>
    /// <param name="brings">What an honest input brings, and is waited for; or null.</param>
    /// <exception cref="Exception">The other end did not do what is promised.</exception>
    public abstract string Run(FuzzInput input, FuzzEnd end, string? brings = null);

    /// <summary>Ends what several inputs share. Another <see cref="Run"/> creates it again.</summary>
    public virtual void Rest()
    {
    }

    public void Dispose() => Rest();
}
