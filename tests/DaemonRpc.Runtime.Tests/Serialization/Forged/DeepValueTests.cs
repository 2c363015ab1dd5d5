using DaemonRpc.Serialization;
using MemoryPack;

namespace DaemonRpc.Runtime.Tests.Serialization.Forged;

/// <summary>The deepest value that is let through, of a type whose members take much of the stack, read by code that is not optimised.</summary>
public sealed class DeepValueTests
{
    private const int LeastStack = 1536 * 1024;
    private const int Members = 41;

    [Fact]
    public async Task Deepest_value_that_is_let_through_fits_into_the_least_stack()
    {
        byte[] bytes = [.. Enumerable.Repeat(Level(), ValueWalk.MostDepth).SelectMany(static level => level), 255];
        ValueShape shape = ValueShapeReader.Read($"{{ {string.Concat(Enumerable.Repeat("string ", Members - 1))}#0 }}")[0];
        var read = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);

        new Thread(() => read.SetResult(ValueWalk.Measure(bytes, shape) == bytes.Length ? Depth(MemoryPackSerializer.Deserialize<Broad>(bytes)) : -1), LeastStack).Start();

        Assert.Equal(ValueWalk.MostDepth, await read.Task.Soon());
    }

    // All strings are null.
    private static byte[] Level() => [Members, .. Enumerable.Repeat((byte)255, sizeof(int) * (Members - 1))];

    private static int Depth(Broad? value)
    {
        int depth = 0;
        for (; value is not null; value = value.Next)
        {
            depth++;
        }

        return depth;
    }
}

[MemoryPackable]
internal sealed partial record Broad(
    string? M00, string? M01, string? M02, string? M03, string? M04, string? M05, string? M06, string? M07,
    string? M08, string? M09, string? M10, string? M11, string? M12, string? M13, string? M14, string? M15,
    string? M16, string? M17, string? M18, string? M19, string? M20, string? M21, string? M22, string? M23,
    string? M24, string? M25, string? M26, string? M27, string? M28, string? M29, string? M30, string? M31,
    string? M32, string? M33, string? M34, string? M35, string? M36, string? M37, string? M38, string? M39,
    Broad? Next);
