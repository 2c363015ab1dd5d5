namespace DaemonRpc.Framing;

/// <summary>How large a payload may be. Checked before anything is allocated for it.</summary>
internal static class FrameLimits
{
    /// <summary>Until the other end has introduced itself.</summary>
    public const int BeforeHello = 64 * 1024;

    /// <summary>By how much a frame may be larger than the largest thing in it: other items of a stream, and their lengths.</summary>
    public const int BatchRoom = 64 * 1024;

    /// <summary>What a client accepts, unless the daemon says that it sends more.</summary>
    public const int Default = 256 * 1024 * 1024;

    /// <summary>How large a buffer becomes that has to: twice as large, or as large as is needed.</summary>
    /// <param name="present">How large it is.</param>
    /// <param name="needed">How large it must be.</param>
    /// <exception cref="TooLargeException">No array can be.</exception>
    public static int Grow(int present, long needed) => needed <= Array.MaxLength
        ? (int)Math.Min(Math.Max(needed, present * 2L), Array.MaxLength)
        : throw new TooLargeException();
}
