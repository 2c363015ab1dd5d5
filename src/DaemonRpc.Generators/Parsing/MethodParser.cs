using System.Globalization;
using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Turns one method of a contract into its model.</summary>
internal static class MethodParser
{
    /// <summary>Names that a contract's method cannot have in generated code: the members of every class, of the client, and of the table of ids.</summary>
    private static readonly HashSet<string> s_taken =
    [
        "Equals", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString", "Finalize",
        "ConnectAsync", "ConnectInProcess", "DisposeAsync", "Daemon", "get_Daemon", "_channel", "Methods",
    ];

    public static MethodModel Parse(IMethodSymbol method, ContractIdentity contract, IReadOnlyList<IMethodSymbol> all)
    {
        uint id = MethodId.Of(method);
        bool isTaken = s_taken.Contains(method.Name);
        bool isOverloaded = all.Count(other => other.Name == method.Name) > 1;
        return new MethodModel
        {
            Id = id,
            Name = SourceNames.Identifier(method.Name),
            ConstantName = isTaken || isOverloaded
                ? $"{method.Name}_{id.ToString("x8", CultureInfo.InvariantCulture)}"
                : SourceNames.Identifier(method.Name),
            Shape = ReplyShapes.Of(method)!.Value,
            ReturnType = SourceNames.Annotated(method.ReturnType),
            ResultType = ReplyShapes.ResultTypeOf(method) is { } result ? SourceNames.Annotated(result) : null,
            Parameters = new(method.Parameters.Select(ParseParameter)),
            Faults = new(FaultTypes.Of(method).Select(SourceNames.Plain)),
            IsExplicit = isTaken || method.Name == contract.Client || method.Name == contract.Daemon,
            ObsoleteAttribute = UseWarnings.ObsoleteAttributeOf(method),
        };
    }

    private static ParameterModel ParseParameter(IParameterSymbol parameter) => new()
    {
        Type = SourceNames.Annotated(parameter.Type),
        Name = SourceNames.Identifier(parameter.Name),
        Modifier = string.Concat(parameter.GetAttributes().Select(CallerAttribute)) + (parameter.IsParams ? "params " : ""),
        Default = DefaultValue.Of(parameter),
        ReportType = parameter.Type.ReportType() is { } report ? SourceNames.Annotated(report) : null,
        IsCancellationToken = parameter.IsCancellationToken(),
    };

    /// <summary>Returns the source text of an attribute that makes the caller's compiler fill in an argument, such as <c>[CallerMemberName]</c>.</summary>
    private static string CallerAttribute(AttributeData attribute) => attribute.AttributeClass is { } type
        && KnownTypes.MetadataNameOf(type) is "System.Runtime.CompilerServices.CallerMemberNameAttribute"
            or "System.Runtime.CompilerServices.CallerFilePathAttribute"
            or "System.Runtime.CompilerServices.CallerLineNumberAttribute"
                ? $"[{SourceNames.Plain(type)}] "
                : "";
}
