using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace DaemonRpc.Serialization;

/// <summary>The shapes of a contract's values. Bytes are checked against them before they are read. Created by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ValueShapes
{
    private static readonly Lock s_gate = new();
    private static readonly List<Action> s_pending = [];
    private static volatile bool s_arePending;

    private readonly ValueShape[] _shapes;

    /// <summary>Parses the shapes.</summary>
    /// <param name="text">The shapes, one per line.</param>
    /// <param name="sizes">The sizes of structures, to which the shapes refer by index.</param>
    public ValueShapes(string text, params int[] sizes) => _shapes = ValueShapeReader.Read(text, sizes);

    // For programs that must switch the checks off: those that register, for a type that MemoryPack knows, a formatter of their own whose bytes have another shape.
    private static bool IsOn => !AppContext.TryGetSwitch("DaemonRpc.CheckValues", out bool isOn) || isOn;

    /// <summary>Assigns a shape to a type.</summary>
    /// <param name="line">The shape's line, from 0.</param>
    public void Add<T>(int line) => Of<T>.Shape = _shapes[line];

    /// <summary>Stores the action that creates a contract's shapes, until a value is first read.</summary>
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

    /// <summary>Throws if the bytes do not form a value of the type. Does nothing if the type's shape is unknown.</summary>
    /// <returns>The value's size in bytes, or -1 if unknown.</returns>
    /// <exception cref="MemoryPack.MemoryPackSerializationException">The bytes do not form a value of the type.</exception>
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
        // Inside the gate, so that the next caller finds all of them added.
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
