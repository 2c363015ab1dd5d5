using System.Collections;
using System.Numerics;
using System.Text;

namespace DaemonRpc.TestDaemon.Forged;

/// <summary>A contract of everything whose bytes can be forged. Each method shows what it got, since that is what brought daemons down.</summary>
[DaemonRpc("daemonrpc.tests.forged")]
public partial interface IForgedService
{
    Task<string> TextAsync(string? text);

    Task<string> TimesAsync(DateTime moment, DateTimeOffset at, DateOnly day, TimeOnly hour, TimeSpan span);

    Task<string> NumbersAsync(decimal price, bool yes, Rune rune, Half half, Int128 large, Guid id, DayOfWeek day, char letter);

    Task<string> MaybeAsync(DateTime? moment, DateTimeOffset? at, decimal? price, bool? yes, Rune? rune);

    Task<string> ArraysAsync(string?[] texts, decimal[] prices, Guid[] ids, DateTimeOffset[] times, bool[] answers, int[,] grid);

    Task<string> FrameworkAsync(BigInteger number, BitArray bits, Version version, Uri uri, StringBuilder text);

    Task<string> RecordAsync(ForgedRecord? record);

    Task<string> ListAsync(List<ForgedRecord?> records);

    Task<string> MapAsync(Dictionary<string, ForgedRecord> records, Dictionary<int, long> numbers);

    Task<string> TreeAsync(ForgedTree tree);

    Task<string> FigureAsync(IForgedFigure figure);

    Task<string> TolerantAsync(ForgedTolerant tolerant);

    IAsyncEnumerable<ForgedRecord?> RepeatAsync(ForgedRecord? record, int count);
}
