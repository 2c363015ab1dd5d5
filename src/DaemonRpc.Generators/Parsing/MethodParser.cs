using System.Globalization;
using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Turns one method of a contract into its model.</summary>
internal static class MethodParser
{
    /// <summary>Names that a contract's method cannot have in generated code: the members of every class, of the client, and of the table of ids.</summary>
    private static readonly HashSet<string> s_taken =
    [
        "Equals", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString", "Finalize",
        "ConnectAsync", "ConnectInProcess", "DisposeAsync", "Daemon", "get_Daemon", "_channel", "Methods", "Proxy",
    ];

    public static MethodModel Parse(ContractMethod declared, INamedTypeSymbol contract, ContractIdentity names, IReadOnlyList<ContractMethod> all, Callbacks callbacks, TypeTexts texts)
    {
        IMethodSymbol method = declared.Symbol;
        uint id = MethodId.Of(method);
        bool isTaken = s_taken.Contains(method.Name);
        bool isOverloaded = all.Count(other => other.Symbol.Name == method.Name) > 1;
        return new MethodModel
        {
            Id = id,
            Name = SourceNames.Identifier(method.Name),
            ConstantName = isTaken || isOverloaded
                ? $"{method.Name}_{id.ToString("x8", CultureInfo.InvariantCulture)}"
                : SourceNames.Identifier(method.Name),
            Shape = ReplyShapes.Of(method)!.Value,
            ReturnType = texts.Annotated(method.ReturnType),
            ResultType = ReplyShapes.ResultTypeOf(method) is { } result ? texts.Annotated(result) : null,
            Parameters = new(method.Parameters.Zip(DefaultValue.OfAll(method.Parameters), (parameter, text) => ParseParameter(parameter, text, method.Parameters, names, callbacks, texts))),
            Faults = new(FaultTypes.Of(declared).Select(SourceNames.Plain)),
            IsExplicit = isTaken || method.Name == names.Client || method.Name == names.Daemon,
            Interfaces = new(declared.Declarations.Select(declaration => InterfaceOf(declaration, contract, names))),
            IsShadowed = ContractMethods.IsShadowed(method, contract),
            ObsoleteAttribute = UseWarnings.ObsoleteAttributeOf(method),
        };
    }

    private static string InterfaceOf(IMethodSymbol method, INamedTypeSymbol contract, ContractIdentity names) =>
        SymbolEqualityComparer.Default.Equals(method.ContainingType, contract) && !contract.IsCallback() ? names.Interface : SourceNames.Annotated(method.ContainingType);

    private static ParameterModel ParseParameter(IParameterSymbol parameter, string? defaultValue, IReadOnlyList<IParameterSymbol> all, ContractIdentity names, Callbacks callbacks, TypeTexts texts) => new()
    {
        Type = texts.Annotated(parameter.Type),
        Name = NameOf(parameter, all),
        Modifier = string.Concat(parameter.GetAttributes().Select(CallerAttribute)) + (parameter.IsParams ? "params " : ""),
        Default = defaultValue,
        Kind = KnownTypes.KindOf(parameter),
        TravellingType = texts.Annotated(parameter.TravellingType()),
        Callback = parameter.Type.IsCallback() ? $"{names.QualifiedCallbacks}.{callbacks.NameOf(parameter.Type)}" : null,
    };

    // An interface that was compiled from another language may have parameters without names, or with names that C# does not allow.
    private static string NameOf(IParameterSymbol parameter, IEnumerable<IParameterSymbol> all) =>
        SyntaxFacts.IsValidIdentifier(parameter.Name) && all.Count(other => other.Name == parameter.Name) == 1
            ? SourceNames.Identifier(parameter.Name)
            : $"argument{(parameter.Ordinal + 1).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Returns the source text of an attribute that makes the caller's compiler fill in an argument, such as <c>[CallerMemberName]</c>.</summary>
    private static string CallerAttribute(AttributeData attribute) => attribute.AttributeClass is { } type
        && KnownTypes.MetadataNameOf(type) is "System.Runtime.CompilerServices.CallerMemberNameAttribute"
            or "System.Runtime.CompilerServices.CallerFilePathAttribute"
            or "System.Runtime.CompilerServices.CallerLineNumberAttribute"
                ? $"[{SourceNames.Plain(type)}] "
                : "";
}
