using DaemonRpc.Serialization;
using MemoryPack;

namespace DaemonRpc.Runtime.Tests.Serialization;

/// <remarks>That of a union which is not generic was taken for one of the user's, as it is a class of the user's assembly.</remarks>
public sealed class UnionFormatterTests
{
    [Fact]
    public void Formatter_of_generated_code_takes_the_place_of_the_one_that_a_union_registers()
    {
        _ = MemoryPackSerializer.Serialize<IShape>(new Circle(1));
        var ours = new ShapeFormatter();

        Formatters.Root(ours);

        using MemoryPackReaderOptionalState state = MemoryPackReaderOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        using var reader = new MemoryPackReader(default, state);
        Assert.Same(ours, reader.GetFormatter<IShape>());
    }

    private sealed class ShapeFormatter : PackableFormatter<IShape>
    {
        public override void Deserialize(ref MemoryPackReader reader, scoped ref IShape? value) => value = null;

        protected override void Write(ref MemoryPackWriter<ValueWriter> writer, scoped ref IShape? value) => writer.WriteNullUnionHeader();
    }
}

[MemoryPackable]
[MemoryPackUnion(0, typeof(Circle))]
internal partial interface IShape;

[MemoryPackable]
internal sealed partial record Circle(int Radius) : IShape;
