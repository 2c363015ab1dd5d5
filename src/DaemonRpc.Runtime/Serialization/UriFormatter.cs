using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>Serialises <c>Uri</c>. MemoryPack's own formatter loses whether an address is absolute (docs/upstream/memorypack-uri.md).</summary>
/// <remarks>
/// Writes the text, as MemoryPack does. If that text would be read back as the other kind, absolute or relative, a mark and the kind precede it.
/// </remarks>
internal sealed class UriFormatter : MemoryPackFormatter<Uri>
{
    private const char Mark = '\0';
    private const char Absolute = 'a';
    private const char Relative = 'r';

    public override void Serialize<TBufferWriter>(ref MemoryPackWriter<TBufferWriter> writer, scoped ref Uri? value) =>
        writer.WriteString(value is null || IsReadAsItIs(value) ? value?.OriginalString : $"{Mark}{(value.IsAbsoluteUri ? Absolute : Relative)}{value.OriginalString}");

    public override void Deserialize(ref MemoryPackReader reader, scoped ref Uri? value)
    {
        string? text = reader.ReadString();
        value = text switch
        {
            null => null,
            [Mark, Absolute, .. string rest] => new Uri(rest, UriKind.Absolute),
            [Mark, Relative, .. string rest] => new Uri(rest, UriKind.Relative),
            _ => new Uri(text, UriKind.RelativeOrAbsolute),
        };
    }

    private static bool IsReadAsItIs(Uri value) =>
        Uri.TryCreate(value.OriginalString, UriKind.RelativeOrAbsolute, out Uri? read)
        && read.IsAbsoluteUri == value.IsAbsoluteUri
        && !value.OriginalString.StartsWith(Mark);
}
