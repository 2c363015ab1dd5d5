using System.Runtime.CompilerServices;
using System.Text;

namespace DaemonRpc.Serialization;

/// <summary>Tells whether bytes that were copied into a structure make a value of its type.</summary>
/// <remarks>
/// The framework's own structures are made by constructors that check, and trust that ever after: formatting a date whose
/// ticks no constructor would take reads memory at an index that lies anywhere. Copied from a peer's bytes, nobody has
/// checked. An enum may have any value in C#, as may a number, a character, a duration and a <see cref="Guid"/>.
/// </remarks>
internal static class Invariants
{
    private const int MostOffsetMinutes = 14 * 60;
    private const int MostDecimalScale = 28;
    private const int DecimalSignAndScale = unchecked((int)0x80FF0000);

    /// <summary>Whether a copied value is one that its type could have made itself.</summary>
    /// <remarks>The types are known when this is compiled, so that nothing is left of it for a number.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Hold<T>(in T value)
    {
        ref T copied = ref Unsafe.AsRef(in value);
        if (typeof(T) == typeof(bool))
        {
            return IsBoolean(Unsafe.As<T, byte>(ref copied));
        }

        if (typeof(T) == typeof(DateTime))
        {
            return Hold(Unsafe.As<T, DateTime>(ref copied));
        }

        if (typeof(T) == typeof(DateTimeOffset))
        {
            return Hold(Unsafe.As<T, DateTimeOffset>(ref copied));
        }

        if (typeof(T) == typeof(decimal))
        {
            return Hold(Unsafe.As<T, decimal>(ref copied));
        }

        if (typeof(T) == typeof(DateOnly))
        {
            return Hold(Unsafe.As<T, DateOnly>(ref copied));
        }

        if (typeof(T) == typeof(TimeOnly))
        {
            return Hold(Unsafe.As<T, TimeOnly>(ref copied));
        }

        if (typeof(T) == typeof(Rune))
        {
            return Hold(Unsafe.As<T, Rune>(ref copied));
        }

        return HoldNullable(ref copied);
    }

    /// <summary>Whether a byte is one of the two that a <see cref="bool"/> is made of.</summary>
    public static bool IsBoolean(byte value) => value <= 1;

    public static bool Hold(DateTime value) => (ulong)value.Ticks <= (ulong)DateTime.MaxValue.Ticks;

    public static bool Hold(DateTimeOffset value)
    {
        // Each of these properties only adds and masks. The moment in UTC and the one on the clock are both to be in range.
        long ticks = value.UtcTicks;
        long offset = value.Offset.Ticks;
        return (ulong)ticks <= (ulong)DateTime.MaxValue.Ticks
            && Math.Abs(offset) <= MostOffsetMinutes * TimeSpan.TicksPerMinute
            && (ulong)(ticks + offset) <= (ulong)DateTime.MaxValue.Ticks;
    }

    public static bool Hold(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        _ = decimal.GetBits(value, parts);
        int flags = parts[3];
        return (flags & ~DecimalSignAndScale) == 0 && (byte)(flags >> 16) <= MostDecimalScale;
    }

    public static bool Hold(DateOnly value) => (uint)value.DayNumber <= (uint)DateOnly.MaxValue.DayNumber;

    public static bool Hold(TimeOnly value) => (ulong)value.Ticks < TimeSpan.TicksPerDay;

    public static bool Hold(Rune value) => Rune.IsValid(value.Value);

    // A nullable that says it has no value still hands out what lies there (GetValueOrDefault), so that is looked at as well.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HoldNullable<T>(ref T copied)
    {
        if (typeof(T) == typeof(bool?))
        {
            return HoldEither<T, bool>(ref copied);
        }

        if (typeof(T) == typeof(DateTime?))
        {
            return HoldEither<T, DateTime>(ref copied);
        }

        if (typeof(T) == typeof(DateTimeOffset?))
        {
            return HoldEither<T, DateTimeOffset>(ref copied);
        }

        if (typeof(T) == typeof(decimal?))
        {
            return HoldEither<T, decimal>(ref copied);
        }

        if (typeof(T) == typeof(DateOnly?))
        {
            return HoldEither<T, DateOnly>(ref copied);
        }

        if (typeof(T) == typeof(TimeOnly?))
        {
            return HoldEither<T, TimeOnly>(ref copied);
        }

        return typeof(T) != typeof(Rune?) || HoldEither<T, Rune>(ref copied);
    }

    private static bool HoldEither<T, TValue>(ref T copied)
        where TValue : struct
    {
        TValue value = Unsafe.As<T, TValue?>(ref copied).GetValueOrDefault();
        return IsBoolean(Unsafe.As<T, byte>(ref copied)) && Hold(in value);
    }
}
