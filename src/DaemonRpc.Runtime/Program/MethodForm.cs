using System.Buffers;

namespace DaemonRpc.Program;

/// <summary>A form in which this build understands a method: the whole one, or one without trailing arguments, whose default values are then used.</summary>
/// <param name="method">The id of the whole method.</param>
/// <param name="id">The id under which a build knows the method that knows only this form.</param>
/// <param name="arguments">The number of arguments.</param>
/// <param name="fingerprint">Covers everything that a call of this form sends. Two builds understand each other's calls of forms with equal fingerprints.</param>
internal sealed class MethodForm(uint method, uint id, int arguments, long fingerprint)
{
    public uint Method => method;

    public uint Id => id;

    public int Arguments => arguments;

    public long Fingerprint => fingerprint;

    /// <summary>The method in its whole form; null for the whole form itself.</summary>
    public MethodForm? Whole { get; init; }

    /// <summary>The form that has one argument less; null if there is none.</summary>
    public MethodForm? Shorter { get; set; }

    /// <summary>Writes the default value of the argument that the shorter form lacks.</summary>
    public Action<IBufferWriter<byte>>? WriteLast { get; set; }

    /// <summary>Writes the default values of the arguments that this form has and a shorter one lacks.</summary>
    /// <param name="output">Receives the values, as they follow the shorter form's arguments.</param>
    /// <param name="count">The number of arguments of the shorter form.</param>
    public void WriteDefaults(IBufferWriter<byte> output, int count)
    {
        if (Arguments > count)
        {
            Shorter!.WriteDefaults(output, count);
            WriteLast!(output);
        }
    }
}
