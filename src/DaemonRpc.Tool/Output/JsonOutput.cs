using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaemonRpc.Tool.Output;

/// <summary>A JSON document on standard output, of which each part is written as soon as it is known.</summary>
internal sealed class JsonOutput : IDisposable
{
    /// <summary>The version of the schema. Rises when a field is removed or changes its meaning, not when one is added.</summary>
    public const int Schema = 1;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    private JsonOutput(bool indented) => Writer = new Utf8JsonWriter(
        _buffer, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public Utf8JsonWriter Writer { get; }

    /// <summary>Begins a document: an object whose first field is the schema's version.</summary>
    /// <param name="lines">Whether the document is one of several, each on a line.</param>
    public static JsonOutput Begin(bool lines = false)
    {
        JsonOutput output = new(!lines);
        output.Writer.WriteStartObject();
        output.Writer.WriteNumber("schema", Schema);
        return output;
    }

    /// <summary>Writes what there is so far.</summary>
    public void Flush()
    {
        Writer.Flush();
        StandardOutput.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }

    /// <summary>Ends the document.</summary>
    public void End()
    {
        Writer.WriteEndObject();
        Writer.Flush();
        _buffer.Write("\n"u8);
        Flush();
    }

    public void Dispose() => Writer.Dispose();
}
