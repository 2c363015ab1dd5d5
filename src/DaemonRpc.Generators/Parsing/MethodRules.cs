using DaemonRpc.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The rules for a contract's members.</summary>
internal static class MethodRules
{
    public static bool IsContractMethod(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, IsStatic: false, DeclaredAccessibility: Accessibility.Public }
        && (method.IsAbstract || method.IsVirtual);

    /// <summary>Checks one of a contract's interfaces: the contract itself, or one that it inherits.</summary>
    public static IEnumerable<Diagnostic> CheckMembers(INamedTypeSymbol declaring, INamedTypeSymbol contract)
    {
        MemberPlace place = new(contract, declaring);
        return declaring.GetMembers().SelectMany(member => Check(member, place));
    }

    private static IEnumerable<Diagnostic> Check(ISymbol member, MemberPlace place) => member switch
    {
        IMethodSymbol method when IsContractMethod(method) => CheckMethod(method, place),
        _ when MustBeImplemented(member) =>
            [Diagnostic.Create(Descriptors.MemberMustBeMethod, place.At(member.Locations[0]), place.NameOf(member))],
        _ => [],
    };

    /// <summary>Whether a handler or a client would have to implement a member that is not a contract method.</summary>
    public static bool MustBeImplemented(ISymbol member) =>
        (member.IsAbstract || (member.IsVirtual && !member.IsStatic))
        && member is IPropertySymbol or IEventSymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion };

    private static IEnumerable<Diagnostic> CheckMethod(IMethodSymbol method, MemberPlace place)
    {
        if (method.IsGenericMethod)
        {
            yield return Diagnostic.Create(Descriptors.MethodMustNotBeGeneric, place.At(method.Locations[0]), place.NameOf(method));
            yield break;
        }

        foreach (Diagnostic diagnostic in CheckReturnType(method, place)
            .Concat(CheckParameters(method, place))
            .Concat(CheckToken(method, place))
            .Concat(CheckFaults(method, place)))
        {
            yield return diagnostic;
        }
    }

    private static IEnumerable<Diagnostic> CheckReturnType(IMethodSymbol method, MemberPlace place)
    {
        if (method.ReturnType.TypeKind == TypeKind.Error)
        {
            yield break;
        }

        if (ReplyShapes.Of(method) is null)
        {
            yield return Diagnostic.Create(Descriptors.ReturnTypeMustBeAsync, place.At(SourceLocations.OfReturnType(method)), place.NameOf(method));
        }
        else if (ReplyShapes.ResultTypeOf(method) is { } result
            && !ReplyShapes.IsByteStream(method)
            && TypeRules.Check(result, place.NameOf(method), place, () => SourceLocations.OfReturnType(method)) is { } diagnostic)
        {
            yield return diagnostic;
        }
    }

    private static IEnumerable<Diagnostic> CheckFaults(IMethodSymbol method, MemberPlace place)
    {
        foreach (AttributeData attribute in FaultTypes.AttributesOf(method))
        {
            if (FaultTypes.TypeOf(attribute) is { } type
                && TypeRules.Check(type, place.NameOf(method), place, () => SourceLocations.OfArgument(attribute, method)) is { } diagnostic)
            {
                yield return diagnostic;
            }
        }
    }

    private static IEnumerable<Diagnostic> CheckParameters(IMethodSymbol method, MemberPlace place)
    {
        bool hasToken = false;
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None)
            {
                yield return Diagnostic.Create(Descriptors.ParameterMustBeByValue, place.At(parameter.Locations[0]), parameter.Name, place.NameOf(method));
            }
            else if (parameter.Type.IsCallback())
            {
                foreach (Diagnostic diagnostic in CallbackRules.Check((INamedTypeSymbol)parameter.Type, parameter, place))
                {
                    yield return diagnostic;
                }
            }
            else if (!parameter.IsCancellationToken())
            {
                if (!parameter.IsDescriptor() && TypeRules.Check(parameter.TravellingType(), place.NameOf(method), place, () => SourceLocations.OfType(parameter)) is { } diagnostic)
                {
                    yield return diagnostic;
                }
            }
            else if (hasToken)
            {
                yield return Diagnostic.Create(Descriptors.OneCancellationToken, place.At(parameter.Locations[0]), place.NameOf(method));
            }
            else
            {
                hasToken = true;
            }
        }
    }

    // Nothing is said of a method that stands elsewhere, because there the contract cannot change it.
    private static IEnumerable<Diagnostic> CheckToken(IMethodSymbol method, MemberPlace place)
    {
        if (!method.Parameters.Any(static parameter => parameter.IsCancellationToken()) && place.At(method.Locations[0]) == method.Locations[0])
        {
            yield return Diagnostic.Create(Descriptors.MethodTakesNoToken, method.Locations[0], place.NameOf(method));
        }
    }
}
