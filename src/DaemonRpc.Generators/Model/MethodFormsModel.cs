namespace DaemonRpc.Generators.Model;

/// <summary>The forms in which another build of a contract may know a method: the whole one, and those without trailing arguments that have defaults.</summary>
internal sealed record MethodFormsModel
{
    /// <summary>The name of the constant that holds the method's id.</summary>
    public required string ConstantName { get; init; }

    /// <summary>The number of arguments of the whole form.</summary>
    public required int Arguments { get; init; }

    /// <summary>The fingerprint of the whole form.</summary>
    public required ulong Fingerprint { get; init; }

    /// <summary>The other forms. Each has one argument less than the one before it.</summary>
    public required EquatableArray<ShorterFormModel> Shorter { get; init; }
}

/// <summary>A form of a method without its last arguments.</summary>
/// <param name="Id">The id that the method would have without them.</param>
/// <param name="Fingerprint">The form's fingerprint.</param>
/// <param name="Type">The type of the value that stands for the first missing argument.</param>
/// <param name="Default">That value, as source text.</param>
internal sealed record ShorterFormModel(uint Id, ulong Fingerprint, string Type, string Default);
