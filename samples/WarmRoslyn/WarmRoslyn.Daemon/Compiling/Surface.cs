using System.Security.Cryptography;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;

namespace WarmRoslyn.Compiling;

/// <summary>What other projects can see of a project: its reference assembly, as a build writes one.</summary>
/// <remarks>
/// Projects are compiled with each other's reference assemblies, as in a build: with each other's source, the compiler would see private members, and
/// say other things of a wrong use. As long as a surface stays the same, the projects that need it need not be compiled again.
/// </remarks>
/// <param name="Fingerprint">Equal for equal surfaces.</param>
/// <param name="Assembly">The reference assembly, or null if the project has errors that leave none.</param>
internal sealed record Surface(string Fingerprint, PortableExecutableReference? Assembly)
{
    private static readonly EmitOptions s_options = new(metadataOnly: true, includePrivateMembers: false);

    public static Surface Of(Compilation compilation, CancellationToken cancellationToken)
    {
        Compilation deterministic = compilation.WithOptions(compilation.Options.WithDeterministic(true));
        using var stream = new MemoryStream();
        if (!deterministic.Emit(stream, options: s_options, cancellationToken: cancellationToken).Success)
        {
            return new Surface(Guid.NewGuid().ToString(), null);
        }

        byte[] assembly = stream.ToArray();
        return new Surface(Convert.ToHexString(SHA256.HashData(assembly)), MetadataReference.CreateFromImage(assembly));
    }
}
