using System.Buffers.Binary;
using System.Globalization;

namespace DaemonRpc.Protocol;

/// <summary>The tasks within which a call is made, oldest first. Each task waits for the next one, and the last waits for the call.</summary>
/// <remarks>
/// An ordinary call has no chain: null, not an empty one. A link's number is one of three things:
/// <code>
/// above 0  the task of that number
/// 0        code of that daemon outside every task: its factory, or what a task that has ended left running
/// below 0  a process that something in that daemon started, and when: the <see cref="Platform.ProcessTime"/>, negated
/// </code>
/// </remarks>
internal sealed class CallChain
{
    /// <summary>The longest chain that is sent; of longer ones the oldest links are dropped. Nobody builds chains of daemons this deep.</summary>
    public const int MostLinks = 16;

    private const int LinkSize = 2 * sizeof(long);
    private const int IncarnationDigits = 16;

    private readonly DaemonTaskId[] _links;

    private CallChain(DaemonTaskId[] links) => _links = links;

    public IReadOnlyList<DaemonTaskId> Links => _links;

    /// <summary>The chain's size on the wire, in bytes.</summary>
    public int Size => 1 + (_links.Length * LinkSize);

    /// <summary>Returns the chain extended by a link: the chain of the calls that the link makes.</summary>
    public static CallChain Append(CallChain? chain, DaemonTaskId link)
    {
        if (chain is null)
        {
            return new CallChain([link]);
        }

        int kept = Math.Min(chain._links.Length, MostLinks - 1);
        var links = new DaemonTaskId[kept + 1];
        Array.Copy(chain._links, chain._links.Length - kept, links, 0, kept);
        links[kept] = link;
        return new CallChain(links);
    }

    /// <summary>Parses the text that <see cref="ToString"/> writes. Returns null if it is no chain.</summary>
    public static CallChain? Parse(string text)
    {
        string[] parts = text.Split(',');
        var links = new DaemonTaskId[parts.Length];
        for (int index = 0; index < parts.Length; index++)
        {
            string part = parts[index];
            if (part.Length <= IncarnationDigits + 1 || part[IncarnationDigits] != '-'
                || !long.TryParse(part.AsSpan(0, IncarnationDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long incarnation)
                || !long.TryParse(part.AsSpan(IncarnationDigits + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            {
                return null;
            }

            links[index] = new DaemonTaskId(incarnation, number);
        }

        return links.Length <= MostLinks ? new CallChain(links) : null;
    }

    /// <summary>Reads a chain from the beginning of the bytes.</summary>
    public static CallChain Read(ReadOnlySpan<byte> bytes)
    {
        int count = bytes.IsEmpty ? 0 : bytes[0];
        if (count is 0 or > MostLinks || bytes.Length < 1 + (count * LinkSize))
        {
            throw new DaemonProtocolException($"A request announces a chain of {count} calls and has {bytes.Length} bytes for it; there may be 1 to {MostLinks} calls of {LinkSize} bytes.");
        }

        var links = new DaemonTaskId[count];
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> link = bytes[(1 + (index * LinkSize))..];
            links[index] = new DaemonTaskId(BinaryPrimitives.ReadInt64LittleEndian(link), BinaryPrimitives.ReadInt64LittleEndian(link[sizeof(long)..]));
        }

        return new CallChain(links);
    }

    public void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)_links.Length;
        bytes = bytes[1..];
        foreach (DaemonTaskId link in _links)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, link.Incarnation);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[sizeof(long)..], link.Number);
            bytes = bytes[LinkSize..];
        }
    }

    /// <summary>Formats the links, as <see cref="DaemonTaskId"/> does, separated by commas.</summary>
    public override string ToString() => string.Join(',', _links);
}
