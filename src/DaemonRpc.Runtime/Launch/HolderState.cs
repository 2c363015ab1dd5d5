namespace DaemonRpc.Launch;

/// <summary>What became of the process that held the instance lock.</summary>
internal enum HolderState
{
    /// <summary>It let go of the lock, or nobody held it.</summary>
    Gone,

    /// <summary>It lives and can be reached at its socket.</summary>
    Served,

    /// <summary>It lives, and nobody listens at its socket.</summary>
    Silent,
}
