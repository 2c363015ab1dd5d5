namespace DaemonRpc.Generators.Parsing;

/// <summary>Computes the FNV-1a hash, in 64 bits, of what a form of a method sends. Can be read after each addition.</summary>
internal sealed class Fingerprint
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    private readonly HashSet<string> _types = [];

    public ulong Value { get; private set; } = Offset;

    /// <summary>Whether the generator knows how everything is sent.</summary>
    public bool IsKnown { get; private set; } = true;

    /// <summary>Adds a text that ends where the next one begins.</summary>
    public void Add(string text)
    {
        foreach (char character in text)
        {
            Add((byte)character);
            Add((byte)(character >> 8));
        }

        // Not part of any name.
        Add(0);
        Add(0);
    }

    /// <summary>Adds a type. What it consists of is added only once.</summary>
    public void Add(WireType type)
    {
        Add(type.Name);
        if (!_types.Add(type.Name))
        {
            return;
        }

        IsKnown &= !type.IsUnknown;
        if (type.Line is { } line)
        {
            Add(line);
        }

        foreach (WireType part in type.Parts)
        {
            Add(part);
        }
    }

    private void Add(byte value) => Value = unchecked((Value ^ value) * Prime);
}
