using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace DaemonRpc.Serialization;

/// <summary>The shapes of a contract's values, by which bytes are looked at before they are read. Made by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ValueShapes
{
    private static readonly Lock s_gate = new();
    private static readonly List<Action> s_pending = [];
    private static volatile bool s_arePending;

    private readonly ValueShape[] _shapes;

    /// <summary>Reads the shapes.</summary>
    /// <param name="text">One shape a line.</param>
    /// <param name="sizes">The sizes of structures that the shapes mention by number.</param>
    public ValueShapes(string text, params int[] sizes) => _shapes = ValueShapeReader.Read(text, sizes);

    // Off for a program that registers a formatter of its own for a type which MemoryPack knows: its bytes are of another shape.
    private static bool IsOn => !AppContext.TryGetSwitch("DaemonRpc.CheckValues", out bool isOn) || isOn;

    /// <summary>Says which of the shapes is that of a type.</summary>
    public void Add<T>(int line) => Of<T>.Shape = _shapes[line];

    /// <summary>Notes what makes a contract's shapes, for when a value is first read.</summary>
    internal static void Later(Action add)
    {
        if (IsOn)
        {
            lock (s_gate)
            {
                s_pending.Add(add);
                s_arePending = true;
            }
        }
    }

    /// <summary>Refuses bytes that are no value of the type, if its shape is known.</summary>
    /// <returns>How many bytes it takes, or -1 where that cannot be told.</returns>
    /// <exception cref="MemoryPack.MemoryPackSerializationException">They are none.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Check<T>(ReadOnlySpan<byte> bytes)
    {
        if (s_arePending)
        {
            AddPending();
        }

        return Of<T>.Shape is { } shape ? ValueWalk.Measure(bytes, shape) : -1;
    }

    private static void AddPending()
    {
        // Inside the gate: whoever comes next finds all of them added.
        lock (s_gate)
        {
            s_pending.ForEach(static add => add());
            s_pending.Clear();
            s_arePending = false;
        }
    }

    private static class Of<T>
    {
        public static ValueShape? Shape;
    }
}
