namespace DaemonRpc.Platform;

/// <summary>Whether a lock is held, and by which process, as far as that can be seen from here.</summary>
/// <param name="IsHeld">Whether anybody holds it. An unknown holder is a holder.</param>
/// <param name="ProcessId">The holder; 0 when it cannot be named, as one of another pid namespace cannot.</param>
internal readonly record struct LockHolder(bool IsHeld, int ProcessId = 0)
{
    public static LockHolder Nobody => default;

    /// <summary>Whether the kernel named the process. Otherwise the process named itself, in the lock's file.</summary>
    public bool IsNamedByKernel { get; init; }

    /// <summary>Whether the process that took the lock has certainly died, so that only a child it left behind can be keeping it.</summary>
    public bool HasDied { get; init; }

    /// <summary>Whether the two may be one and the same holder. One that cannot be named may be any.</summary>
    public bool MayBe(LockHolder other) =>
        IsHeld && other.IsHeld && (ProcessId == other.ProcessId || ProcessId == 0 || other.ProcessId == 0);

    /// <summary>For people, in the middle of a sentence.</summary>
    public override string ToString() => (IsHeld, ProcessId) switch
    {
        (false, _) => "nobody",
        (_, 0) => "a process that cannot be seen from here",
        _ => $"process {ProcessId}",
    };
}
