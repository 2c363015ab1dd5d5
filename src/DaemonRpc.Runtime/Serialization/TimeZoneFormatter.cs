using System.Diagnostics.CodeAnalysis;
using System.Runtime.Serialization;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>
/// Serialises time zones. MemoryPack's own formatter uses .NET's text of a zone, which loses the rules of nearly every
/// zone on Unix (docs/upstream/memorypack-timezoneinfo.md).
/// </summary>
/// <remarks>
/// Writes .NET's text where the text loses nothing, otherwise the zone's id, which both ends know because they are on one machine.
/// </remarks>
internal sealed class TimeZoneFormatter : MemoryPackFormatter<TimeZoneInfo>
{
    public override void Serialize<TBufferWriter>(ref MemoryPackWriter<TBufferWriter> writer, scoped ref TimeZoneInfo? value) =>
        writer.WriteString(value is null ? null : TextOf(value));

    public override void Deserialize(ref MemoryPackReader reader, scoped ref TimeZoneInfo? value)
    {
        string? text = reader.ReadString();
        if (text is null)
        {
            value = null;
        }
        else if (!TryRead(text, out value))
        {
            throw new MemoryPackSerializationException($"There is no time zone '{text}'.");
        }
    }

    private static string TextOf(TimeZoneInfo zone)
    {
        bool isOfSystem = IsId(zone.Id) && TimeZoneInfo.TryFindSystemTimeZoneById(zone.Id, out TimeZoneInfo? found) && found.Equals(zone);
        if (isOfSystem && zone.GetAdjustmentRules().Length > 0)
        {
            return zone.Id;
        }

        string text = zone.ToSerializedString();
        if (TryRead(text, out TimeZoneInfo? read) && read.HasSameRules(zone))
        {
            return text;
        }

        return isOfSystem ? zone.Id : throw new MemoryPackSerializationException($"The runtime cannot write the rules of the time zone '{zone.Id}'.");
    }

    private static bool TryRead(string text, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        if (IsId(text))
        {
            return TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone);
        }

        try
        {
            zone = TimeZoneInfo.FromSerializedString(text);
            return true;
        }
        catch (Exception exception) when (exception is SerializationException or InvalidTimeZoneException or ArgumentException)
        {
            zone = null;
            return false;
        }
    }

    // .NET's text has a semicolon after each of its parts.
    private static bool IsId(string text) => !text.Contains(';', StringComparison.Ordinal);
}
