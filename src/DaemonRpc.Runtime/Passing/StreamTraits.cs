namespace DaemonRpc.Passing;

/// <summary>What a passed argument is. The values are part of the protocol: append, never renumber.</summary>
[Flags]
internal enum StreamTraits : byte
{
    /// <summary>The caller passed null, and no descriptor.</summary>
    Null = 0,

    /// <summary>The next of the request's descriptors belongs to the argument.</summary>
    Passed = 1,

    /// <summary>The handler may read.</summary>
    Reads = 2,

    /// <summary>The handler may write.</summary>
    Writes = 4,

    /// <summary>The descriptor is a socket whose other end the caller's process copies to and from the caller's object.</summary>
    Copied = 8,
}

/// <summary>What the traits of a passed stream mean.</summary>
internal static class StreamTraitsMeaning
{
    /// <summary>Returns what may be done with a stream.</summary>
    /// <exception cref="DaemonProtocolException">It can be neither read nor written.</exception>
    public static FileAccess ToAccess(this StreamTraits traits) => (traits & (StreamTraits.Reads | StreamTraits.Writes)) switch
    {
        StreamTraits.Reads => FileAccess.Read,
        StreamTraits.Writes => FileAccess.Write,
        StreamTraits.Reads | StreamTraits.Writes => FileAccess.ReadWrite,
        _ => throw new DaemonProtocolException("A stream was passed that can be neither read nor written."),
    };
}
