namespace DaemonRpc.Framing;

/// <summary>Size limits of payloads, checked before memory is allocated for them.</summary>
internal static class FrameLimits
{
    /// <summary>The size limit until the peer has introduced itself.</summary>
    public const int BeforeHello = 64 * 1024;

    /// <summary>How much a frame may exceed the largest value in it, to make room for other stream items and their lengths.</summary>
    public const int BatchRoom = 64 * 1024;

    /// <summary>How many bytes of progress reports a daemon may send before the client grants more, in a call that is no stream.</summary>
    public const int ReportCredit = 256 * 1024;

    /// <summary>By how many bytes log messages may exceed the credit before they are lost.</summary>
    public const int LogRoom = 64 * 1024;

    /// <summary>The size limit of a client, unless the daemon announces larger frames.</summary>
    public const int Default = 256 * 1024 * 1024;

    /// <summary>Returns a buffer's next size: twice the present one, or the needed one if larger.</summary>
    /// <param name="present">The present size.</param>
    /// <param name="needed">The smallest sufficient size.</param>
    /// <exception cref="TooLargeException">No array can have the needed size.</exception>
    public static int Grow(int present, long needed) => needed <= Array.MaxLength
        ? (int)Math.Min(Math.Max(needed, present * 2L), Array.MaxLength)
        : throw new TooLargeException();
}
