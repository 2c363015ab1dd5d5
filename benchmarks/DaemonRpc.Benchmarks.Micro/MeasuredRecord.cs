using System.Globalization;
using MemoryPack;

namespace DaemonRpc.Benchmarks.Micro;

/// <summary>A record as contracts have them.</summary>
[MemoryPackable]
public partial record MeasuredRecord(
    string Name, int Line, long Length, DateTimeOffset At, decimal Price, bool IsNew, string Text, Guid Id, double Weight, string Path)
{
    /// <summary>What its bytes look like, as generated code would say it.</summary>
    public const string Shape = "{ string 4 8 DateTimeOffset decimal bool string 16 8 string }";

    /// <summary>One of them.</summary>
    public static MeasuredRecord Make(int number) => new(
        string.Create(CultureInfo.InvariantCulture, $"name of it {number}"),
        number,
        3L * number,
        DateTimeOffset.UnixEpoch,
        1.5m,
        IsNew: true,
        "and a text of middling length",
        Guid.Empty,
        2.5,
        "/a/path/to/something.cs");
}
