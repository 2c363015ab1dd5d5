namespace DaemonRpc.Launch;

/// <summary>The state of the process that held the instance lock.</summary>
internal enum HolderState
{
    /// <summary>The process released the lock, or nobody held it.</summary>
    Gone,

    /// <summary>The process lives and can be reached at its socket.</summary>
    Served,

    /// <summary>The process lives, but nobody listens at its socket.</summary>
    Silent,
}
