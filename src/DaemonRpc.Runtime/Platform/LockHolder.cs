namespace DaemonRpc.Platform;

/// <summary>Whether a lock is held, and by which process, as far as visible from here.</summary>
/// <param name="IsHeld">Whether any process holds the lock, even an unknown one.</param>
/// <param name="ProcessId">The holder's process id; 0 when it cannot be named, for example in another pid namespace.</param>
internal readonly record struct LockHolder(bool IsHeld, int ProcessId = 0)
{
    public static LockHolder Nobody => default;

    /// <summary>Whether the kernel named the process. If false, the process named itself, in the lock's file.</summary>
    public bool IsNamedByKernel { get; init; }

    /// <summary>Whether the process that took the lock has certainly died. Only a child of that process can then still keep the lock.</summary>
    public bool HasDied { get; init; }

    /// <summary>Returns whether two holders may be the same process. A holder that cannot be named may be any.</summary>
    public bool MayBe(LockHolder other) =>
        IsHeld && other.IsHeld && (ProcessId == other.ProcessId || ProcessId == 0 || other.ProcessId == 0);

    /// <summary>Formats the holder for use in the middle of a sentence.</summary>
    public override string ToString() => (IsHeld, ProcessId) switch
    {
        (false, _) => "nobody",
        (_, 0) => "a process that cannot be seen from here",
        _ => $"process {ProcessId}",
    };
}
