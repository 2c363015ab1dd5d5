using System.Buffers;
using System.Collections;
using System.Numerics;
using CsCheck;
using DaemonRpc.Serialization;

namespace DaemonRpc.Runtime.Tests.Serialization;

/// <summary>The types of which MemoryPack's own formatters lose something, or more.</summary>
public sealed class CorrectedFormattersTests
{
    [Fact]
    public void Large_numbers_of_all_sizes_arrive()
    {
        Gen<BigInteger> numbers = Gen.Byte.Array[0, 300].Select(bytes => new BigInteger(bytes));
        numbers.Sample(number => Assert.Equal(number, Sent(number)));
        numbers.Array.Sample(array => Assert.Equal(array, Sent(array)));
        Assert.Equal(new BigInteger(-1), Sent<(string, BigInteger)>(("", -1)).Item2);
    }

    [Fact]
    public void Large_number_has_the_bytes_that_MemoryPack_reads()
    {
        Assert.Equal([2, 0, 0, 0, 0x00, 0x80], Bytes(new BigInteger(-0x8000)));
    }

    [Fact]
    public void Bits_of_any_number_arrive()
    {
        Gen.Bool.Array[0, 200].Sample(bits => Assert.Equal(bits, Sent(new BitArray(bits))!.Cast<bool>()));
        Assert.Null(Sent<BitArray?>(null));
        Assert.Equal(3, Sent(new BitArray(100) { Length = 3 })!.Length);
    }

    [Fact]
    public void Bits_have_the_bytes_of_MemoryPack_on_NET_9()
    {
        Assert.Equal([2, 33, 0, 0, 0, 2, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0], Bytes(new BitArray(33, true)));
        Assert.Equal([255], Bytes<BitArray?>(null));
    }

    [Theory]
    [InlineData(33, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, -1)]
    public void Words_that_do_not_hold_the_bits_are_refused(int bits, int words)
    {
        byte[] bytes = [2, .. BitConverter.GetBytes(bits), .. BitConverter.GetBytes(words), 0, 0, 0, 0];

        Assert.Throws<DaemonProtocolException>(() =>
        {
            BitArray? value = null;
            _ = Value.Read(bytes, ref value, "argument");
        });
    }

    [Theory]
    [InlineData("/usr/bin")]
    [InlineData("//host/share")]
    [InlineData(@"c:\windows")]
    [InlineData(@"\\host\share")]
    [InlineData("a/b?c=d#e")]
    [InlineData("http://example.org/ü?x=%7E")]
    [InlineData("mailto:a@example.org")]
    [InlineData("\0r")]
    [InlineData("")]
    public void Address_arrives_as_absolute_or_relative_as_it_was(string text)
    {
        UriKind[] possible = [.. new[] { UriKind.Absolute, UriKind.Relative }.Where(kind => Uri.TryCreate(text, kind, out _))];
        Assert.All(possible, kind =>
        {
            Uri sent = new(text, kind);
            Uri arrived = Sent(sent)!;
            Assert.Equal((sent.IsAbsoluteUri, sent.OriginalString, sent), (arrived.IsAbsoluteUri, arrived.OriginalString, arrived));
        });
        Assert.NotEmpty(possible);
    }

    [Fact]
    public void Every_time_zone_of_the_machine_arrives()
    {
        Assert.All([TimeZoneInfo.Local, .. TimeZoneInfo.GetSystemTimeZones()], zone => Assert.Equal(zone, Sent(zone)));
        Assert.Null(Sent<TimeZoneInfo?>(null));
    }

    [Fact]
    public void Time_zone_of_the_programs_own_arrives()
    {
        TimeZoneInfo zone = TimeZoneInfo.CreateCustomTimeZone("Own;[1]", TimeSpan.FromMinutes(-95), @"Own\", "Own]");

        Assert.Equal((zone, zone.DisplayName, zone.StandardName), (Sent(zone), Sent(zone)!.DisplayName, Sent(zone)!.StandardName));
    }

    private static byte[] Bytes<T>(T value)
    {
        var output = new ArrayBufferWriter<byte>();
        Value.Write(output, value, "argument");
        return output.WrittenSpan.ToArray();
    }

    private static T? Sent<T>(T value)
    {
        byte[] bytes = Bytes(value);
        T? arrived = default;
        Assert.Equal(bytes.Length, Value.Read([.. bytes, 5, 0, 0, 0, 1, 2], ref arrived, "argument"));
        return arrived;
    }
}
