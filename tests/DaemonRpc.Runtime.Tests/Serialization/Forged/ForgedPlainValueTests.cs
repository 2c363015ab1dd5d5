using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using CsCheck;
using DaemonRpc.Serialization;

namespace DaemonRpc.Runtime.Tests.Serialization.Forged;

/// <summary>Structures whose bytes a peer made up: a value that the type could have made itself, or refused.</summary>
public sealed class ForgedPlainValueTests
{
    [Fact]
    public void Any_bytes_are_refused_or_a_value_that_can_be_used()
    {
        UsableOrRefused<bool>(static value => value ? 1 : 0);
        UsableOrRefused<DateTime>();
        UsableOrRefused<DateTimeOffset>();
        UsableOrRefused<decimal>();
        UsableOrRefused<DateOnly>();
        UsableOrRefused<TimeOnly>();
        UsableOrRefused<TimeSpan>();
        UsableOrRefused<Rune>();
        UsableOrRefused<char>();
        UsableOrRefused<Guid>();
        UsableOrRefused<Half>();
        UsableOrRefused<Int128>();
        UsableOrRefused<DayOfWeek>();
        UsableOrRefused<DateTime?>();
        UsableOrRefused<DateTimeOffset?>();
        UsableOrRefused<decimal?>();
        UsableOrRefused<DateOnly?>();
        UsableOrRefused<TimeOnly?>();
        UsableOrRefused<Rune?>();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(255)]
    public void Boolean_is_one_of_two_bytes(byte forged)
    {
        Refused<bool>([forged]);
        Refused<bool?>([forged, 1]);
        Refused<bool?>([1, forged]);
    }

    [Fact]
    public void Date_beyond_the_last_one_is_refused()
    {
        Refused<DateTime>(Bytes(DateTime.MaxValue.Ticks + 1));
        Refused<DateTime?>([1, 0, 0, 0, 0, 0, 0, 0, .. Bytes(DateTime.MaxValue.Ticks + 1)]);
        Refused<DateOnly>(Bytes(DateOnly.MaxValue.DayNumber + 1));
        Refused<TimeOnly>(Bytes(TimeSpan.TicksPerDay));
        Refused<TimeOnly>(Bytes(-1L));
    }

    [Fact]
    public void Date_that_hides_behind_null_is_refused() =>
        Refused<DateTime?>([0, 0, 0, 0, 0, 0, 0, 0, .. Bytes(long.MaxValue & ~(3L << 62))]);

    [Fact]
    public void Moment_whose_clock_would_leave_the_calendar_is_refused()
    {
        // Beside the ticks, in UTC, stand the minutes that the clock is ahead.
        int ticks = Raw(DateTimeOffset.MaxValue).AsSpan().IndexOf(Bytes(DateTime.MaxValue.Ticks));
        byte[] early = Raw(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(-1)));
        Bytes(DateTime.MinValue.Ticks).CopyTo(early, ticks);
        Refused<DateTimeOffset>(early);

        byte[] late = Raw(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(1)));
        Bytes(DateTime.MaxValue.Ticks).CopyTo(late, ticks);
        Refused<DateTimeOffset>(late);
    }

    [Theory]
    [InlineData(29 << 16)]
    [InlineData(1)]
    [InlineData(1 << 24)]
    public void Decimal_with_flags_of_none_is_refused(int flags)
    {
        byte[] forged = Raw(1.5m);
        BinaryPrimitives.WriteInt32LittleEndian(forged, flags);

        Refused<decimal>(forged);
    }

    [Theory]
    [InlineData(0xD800)]
    [InlineData(0x110000)]
    [InlineData(-1)]
    public void Surrogate_is_no_rune(int forged) => Refused<Rune>(Bytes(forged));

    [Fact]
    public void Honest_values_are_read()
    {
        Gen.DateTime.Sample(Read);
        Gen.DateTimeOffset.Sample(Read);
        Gen.DateTimeOffset.Nullable().Sample(Read);
        Gen.DateOnly.Sample(Read);
        Gen.TimeOnly.Sample(Read);
        Gen.Decimal.Sample(Read);
        Gen.Decimal.Nullable().Sample(Read);
        Read(DateTime.MaxValue);
        Read(new DateTime(1, DateTimeKind.Local));
        Read(DateTimeOffset.MinValue);
        Read(DateTimeOffset.MaxValue);
        Read(new DateTimeOffset(DateTime.MaxValue, TimeSpan.FromHours(14)));
        Read(decimal.MinValue);
        Read(new decimal(1, 2, 3, isNegative: true, 28));
        Read(TimeOnly.MaxValue);
        Read(DateOnly.MaxValue);
        Read((DayOfWeek)77);
    }

    // More is done to a value than to show it, but that is what brought daemons down.
    private static void UsableOrRefused<T>(Func<T, object>? use = null) =>
        Gen.Byte.Array[Unsafe.SizeOf<T>()].Sample(bytes =>
        {
            T? value = default;
            try
            {
                _ = Value.Read(bytes, ref value, "argument");
            }
            catch (DaemonProtocolException)
            {
                return;
            }

            _ = use is null ? $"{value} {value!.GetHashCode()}" : use(value!);
        });

    private static void Refused<T>(byte[] bytes)
    {
        T? value = default;
        DaemonProtocolException failure = Assert.Throws<DaemonProtocolException>(() => _ = Value.Read(bytes, ref value, "argument", 1, "Method"));
        Assert.Contains("argument 1 of Method", failure.Message, StringComparison.Ordinal);
    }

    private static void Read<T>(T value)
    {
        T? read = default;
        _ = Value.Read(Raw(value), ref read, "argument");
        Assert.Equal(value, read);
    }

    private static byte[] Raw<T>(T value)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Value.Write(output, value, "argument");
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(long value) => BitConverter.GetBytes(value);

    private static byte[] Bytes(int value) => BitConverter.GetBytes(value);
}
