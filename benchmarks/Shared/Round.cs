using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DaemonRpc.Benchmarks;

/// <summary>Calls that were timed one by one. A client tells the driver of them in one line of text.</summary>
/// <remarks>Nothing is allocated between the first call and the last.</remarks>
internal sealed class Round(int calls)
{
    private readonly int[] _nanoseconds = new int[calls];
    private int _count;

    /// <summary>How many there shall be.</summary>
    public int Calls => _nanoseconds.Length;

    /// <summary>How long each call took.</summary>
    public ReadOnlySpan<int> Nanoseconds => _nanoseconds.AsSpan(0, _count);

    /// <summary>What the client's process allocated meanwhile.</summary>
    public long ClientBytes { get; set; }

    /// <summary>What the daemon's process allocated meanwhile; below zero if it cannot be asked.</summary>
    public long DaemonBytes { get; set; } = -1;

    /// <summary>A call has ended.</summary>
    /// <param name="begun">When it began, of <see cref="Stopwatch.GetTimestamp"/>.</param>
    public void Add(long begun)
    {
        long ticks = Stopwatch.GetTimestamp() - begun;
        _nanoseconds[_count++] = (int)Math.Min(ticks * 1_000_000_000 / Stopwatch.Frequency, int.MaxValue);
    }

    public static Round Parse(string line)
    {
        string[] parts = line.Split(' ');
        byte[] bytes = Convert.FromBase64String(parts[2]);
        var round = new Round(bytes.Length / sizeof(int))
        {
            ClientBytes = long.Parse(parts[0], CultureInfo.InvariantCulture),
            DaemonBytes = long.Parse(parts[1], CultureInfo.InvariantCulture),
        };
        bytes.CopyTo(MemoryMarshal.AsBytes(round._nanoseconds.AsSpan()));
        round._count = round._nanoseconds.Length;
        return round;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{ClientBytes} {DaemonBytes} {Convert.ToBase64String(MemoryMarshal.AsBytes(Nanoseconds))}");
}
