using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Describes in text what calls of a method send, except for the members of its types.</summary>
internal static class WireSignature
{
    /// <summary>Returns a method's name, parameters, result and faults.</summary>
    public static string Of(ContractMethod method, WireTypes types) =>
        $"{method.Symbol.Name}({string.Join(", ", Travelling(method.Symbol).Select(parameter => TextOf(parameter, types)))}){AnswerOf(method)}";

    /// <summary>Returns all types that a method's text mentions.</summary>
    public static IEnumerable<WireType> TypesOf(ContractMethod method, WireTypes types) =>
        AnswerTypesOf(method, types).Concat(Travelling(method.Symbol).Select(parameter => TypeOf(parameter, types)));

    /// <summary>Returns the types of a method's result and faults.</summary>
    public static IEnumerable<WireType> AnswerTypesOf(ContractMethod method, WireTypes types) =>
        (ReplyShapes.ResultTypeOf(method.Symbol) is { } result ? FaultTypes.Of(method).Prepend(result) : FaultTypes.Of(method)).Select(types.Of);

    /// <summary>Returns a method's result and faults. Whether a method returns a task or a value task does not travel.</summary>
    public static string AnswerOf(ContractMethod method)
    {
        string result = ReplyShapes.ResultTypeOf(method.Symbol) is not { } type ? ""
            : ReplyShapes.Of(method.Symbol) == ReplyShape.Stream ? $" : stream {WireTypes.NameOf(type)}"
            : $" : {WireTypes.NameOf(type)}";
        string faults = string.Join(", ", FaultTypes.Of(method).Select(WireTypes.NameOf));
        return faults.Length == 0 ? result : $"{result} faults {faults}";
    }

    /// <summary>Returns the parameters whose arguments travel.</summary>
    public static IEnumerable<IParameterSymbol> Travelling(IMethodSymbol method) => method.Parameters.Where(static parameter => !parameter.IsCancellationToken());

    /// <summary>Returns the number of arguments that a method has at least: all after them have default values.</summary>
    public static int FewestArguments(IMethodSymbol method)
    {
        int omitted = method.Parameters.Reverse().TakeWhile(IsOptional).Count(static parameter => !parameter.IsCancellationToken());
        return Travelling(method).Count() - omitted;
    }

    /// <summary>Returns a parameter's kind, type and name.</summary>
    public static string TextOf(IParameterSymbol parameter, WireTypes types)
    {
        ParameterKind kind = KnownTypes.KindOf(parameter);
        string prefix = kind is ParameterKind.Value or ParameterKind.Callback or >= ParameterKind.File ? "" : kind.ToString().ToLowerInvariant() + " ";
        return $"{prefix}{TypeOf(parameter, types).Name} {parameter.Name}";
    }

    public static WireType TypeOf(IParameterSymbol parameter, WireTypes types) => types.Of(parameter.TravellingType());

    public static bool IsOptional(IParameterSymbol parameter) => !parameter.IsParams && DefaultValue.Of(parameter) is not null;
}
