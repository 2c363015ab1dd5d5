using System.Runtime.CompilerServices;
using System.Text;

namespace DaemonRpc.Serialization;

/// <summary>Checks whether bytes copied into a structure form a valid value of its type.</summary>
/// <remarks>
/// The framework's structures are checked in their constructors and trusted afterwards: formatting a date with impossible ticks reads memory at an arbitrary
/// index. Values copied from a peer's bytes have not been checked. Enums, numbers, characters, durations and <see cref="Guid"/> may have any bits.
/// </remarks>
internal static class Invariants
{
    private const int MostOffsetMinutes = 14 * 60;
    private const int MostDecimalScale = 28;
    private const int DecimalSignAndScale = unchecked((int)0x80FF0000);

    /// <summary>Returns whether the type itself could have produced a copied value.</summary>
    /// <remarks>The type tests are resolved at compile time; for a number no code is left.</remarks>
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

    /// <summary>Returns whether a byte is a valid <see cref="bool"/>.</summary>
    public static bool IsBoolean(byte value) => value <= 1;

    public static bool Hold(DateTime value) => (ulong)value.Ticks <= (ulong)DateTime.MaxValue.Ticks;

    public static bool Hold(DateTimeOffset value)
    {
        // These properties only add and mask. Both the UTC time and the local time must be in range.
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

    // A nullable without a value still exposes its bytes (GetValueOrDefault), so they are checked too.
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
