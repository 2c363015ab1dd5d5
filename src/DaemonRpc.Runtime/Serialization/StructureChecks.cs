using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>Checks that bytes form valid structures of a given kind.</summary>
internal static class StructureChecks
{
    /// <summary>Throws if the bytes do not form structures of this kind.</summary>
    /// <param name="invariant">The kind of structure.</param>
    /// <param name="bytes">The bytes of all structures.</param>
    /// <param name="size">The size of one structure in bytes.</param>
    /// <exception cref="MemoryPackSerializationException">One of the structures is invalid.</exception>
    public static void Check(Invariant invariant, ReadOnlySpan<byte> bytes, int size)
    {
        bool hold = invariant switch
        {
            Invariant.Boolean => !bytes.ContainsAnyExceptInRange((byte)0, (byte)1),
            Invariant.DateTime => AllHold<DateTime>(bytes),
            Invariant.DateTimeOffset => AllHold<DateTimeOffset>(bytes),
            Invariant.DateOnly => AllHold<DateOnly>(bytes),
            Invariant.TimeOnly => AllHold<TimeOnly>(bytes),
            Invariant.Decimal => AllHold<decimal>(bytes),
            Invariant.Rune => AllHold<Rune>(bytes),
            Invariant.Nullable => AllSayWhether(bytes, size),
            Invariant.NullableBoolean => !bytes.ContainsAnyExceptInRange((byte)0, (byte)1),
            Invariant.NullableDateTime => AllHold<DateTime?>(bytes),
            Invariant.NullableDateTimeOffset => AllHold<DateTimeOffset?>(bytes),
            Invariant.NullableDateOnly => AllHold<DateOnly?>(bytes),
            Invariant.NullableTimeOnly => AllHold<TimeOnly?>(bytes),
            Invariant.NullableDecimal => AllHold<decimal?>(bytes),
            Invariant.NullableRune => AllHold<Rune?>(bytes),
            _ => true,
        };
        if (!hold)
        {
            throw new MemoryPackSerializationException($"No {invariant} has these bytes.");
        }
    }

    private static bool AllHold<T>(ReadOnlySpan<byte> bytes)
    {
        ref byte first = ref MemoryMarshal.GetReference(bytes);
        for (int at = 0; at <= bytes.Length - Unsafe.SizeOf<T>(); at += Unsafe.SizeOf<T>())
        {
            T value = Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref first, at));
            if (!Invariants.Hold(in value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AllSayWhether(ReadOnlySpan<byte> bytes, int size)
    {
        for (int start = 0; start < bytes.Length; start += size)
        {
            if (!Invariants.IsBoolean(bytes[start]))
            {
                return false;
            }
        }

        return true;
    }
}
