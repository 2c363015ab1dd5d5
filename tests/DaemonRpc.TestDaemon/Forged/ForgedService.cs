using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace DaemonRpc.TestDaemon.Forged;

/// <summary>Shows what it got.</summary>
internal sealed class ForgedService : IForgedService
{
    public Task<string> TextAsync(string? text) => Show($"{text?.Length}");

    public Task<string> TimesAsync(DateTime moment, DateTimeOffset at, DateOnly day, TimeOnly hour, TimeSpan span) => Show($"{moment:O} {at:O} {at.LocalDateTime} {day:O} {hour:O} {span}");

    public Task<string> NumbersAsync(decimal price, bool yes, Rune rune, Half half, Int128 large, Guid id, DayOfWeek day, char letter) =>
        Show($"{price} {price * 3} {yes} {rune} {half} {large} {id} {day} {(int)letter}");

    public Task<string> MaybeAsync(DateTime? moment, DateTimeOffset? at, decimal? price, bool? yes, Rune? rune) =>
        Show($"{moment:O} {moment.GetValueOrDefault():O} {at:O} {at.GetValueOrDefault():O} {price} {price.GetValueOrDefault()} {yes} {rune} {rune.GetValueOrDefault()}");

    public Task<string> ArraysAsync(string?[] texts, decimal[] prices, Guid[] ids, DateTimeOffset[] times, bool[] answers, int[,] grid) =>
        Show($"{texts?.Length} {string.Join(' ', prices ?? [])} {ids?.Length} {string.Join(' ', times ?? [])} {answers?.Count(static answer => answer)} {grid?.Length}");

    public Task<string> FrameworkAsync(BigInteger number, BitArray bits, Version version, Uri uri, StringBuilder text) =>
        Show($"{number.Sign} {bits?.Cast<bool>().Count(static bit => bit)} {version} {uri} {text?.Length}");

    public Task<string> RecordAsync(ForgedRecord? record) => Show($"{record}");

    public Task<string> ListAsync(List<ForgedRecord?> records) => Show(string.Join(' ', records ?? []));

    public Task<string> MapAsync(Dictionary<string, ForgedRecord> records, Dictionary<int, long> numbers)
    {
        IEnumerable<ForgedRecord> values = records is null ? [] : records.Values;
        return Show($"{string.Join(' ', values)} {numbers?.Values.Sum(static number => number % 1000)}");
    }

    public Task<string> TreeAsync(ForgedTree tree) => Show($"{tree?.Count()}");

    public Task<string> FigureAsync(IForgedFigure figure) => Show($"{figure}");

    public Task<string> TolerantAsync(ForgedTolerant tolerant) => Show($"{tolerant?.First} {tolerant?.Third} {tolerant?.Next?.Third}");

    public async IAsyncEnumerable<ForgedRecord?> RepeatAsync(ForgedRecord? record, int count)
    {
        for (int i = 0; i < count % 10; i++)
        {
            await Task.Yield();
            yield return record;
        }
    }

    private static Task<string> Show(FormattableString text) => Show(text.ToString(CultureInfo.InvariantCulture));

    // All of it is made, and the beginning told.
    private static Task<string> Show(string text) => Task.FromResult(text.Length > 200 ? text[..200] : text);
}
