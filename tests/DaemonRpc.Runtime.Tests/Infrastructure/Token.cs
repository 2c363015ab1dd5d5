using MemoryPack;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A value whose serialiser can fail, and looks at the context that it runs in. On the wire it is its text.</summary>
internal sealed record Token(string Text)
{
    static Token() => MemoryPackFormatterProvider.Register(new Formatter());

    /// <summary>What the serialiser sees.</summary>
    public static AsyncLocal<string?> Context { get; } = new();

    /// <summary>The text that cannot be written.</summary>
    public static string Unwritable => "unwritable";

    private sealed class Formatter : MemoryPackFormatter<Token>
    {
        public override void Serialize<TBufferWriter>(ref MemoryPackWriter<TBufferWriter> writer, scoped ref Token? value)
        {
            writer.WriteString("begun");
            writer.WriteString(value!.Text != Unwritable ? value.Text : throw new InvalidDataException("It is unwritable."));
        }

        public override void Deserialize(ref MemoryPackReader reader, scoped ref Token? value) =>
            value = new Token($"{reader.ReadString()} in {Context.Value}");
    }
}
