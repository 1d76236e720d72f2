using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace PgPubSub.Structure.Tests.Assemblies;

/// <summary>Which types and members from other assemblies a type uses, in its signatures and in its code.</summary>
internal sealed class Uses(Room room)
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes).GetFields()
        .Select(field => field.GetValue(null)).OfType<OpCode>()
        .ToDictionary(code => (int)(ushort)code.Value, code => code.OperandType);

    private readonly MetadataReader _metadata = room.Metadata;

    /// <summary>Each as <c>Namespace.Type</c> or <c>Namespace.Type.Member</c>.</summary>
    public IReadOnlySet<string> Of(TypeDefinition type)
    {
        var names = new TypeNames();
        foreach (var field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            field.DecodeSignature(names, null);
        }

        foreach (var method in type.GetMethods().Select(_metadata.GetMethodDefinition))
        {
            method.DecodeSignature(names, null);
            if (method.RelativeVirtualAddress != 0)
            {
                Body(room.BodyOf(method), names);
            }
        }

        return names.Seen;
    }

    private void Body(MethodBodyBlock body, TypeNames names)
    {
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null);
        }

        var code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            switch (Operands[value == 0xFE ? 0xFE00 | code.ReadByte() : value])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    Token(MetadataTokens.EntityHandle(code.ReadInt32()), names);
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32(); // before Offset is read
                    code.Offset += 4 * targets;
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }
    }

    private void Token(EntityHandle handle, TypeNames names)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                names.GetTypeFromReference(_metadata, (TypeReferenceHandle)handle, 0);
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(names, null);
                break;
            case HandleKind.MethodSpecification:
                var generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                generic.DecodeSignature(names, null);
                Token(generic.Method, names);
                break;
            case HandleKind.MemberReference:
                var member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Token(member.Parent, names);
                if (member.Parent.Kind == HandleKind.TypeReference)
                {
                    names.Seen.Add($"{names.GetTypeFromReference(_metadata, (TypeReferenceHandle)member.Parent, 0)}.{_metadata.GetString(member.Name)}");
                }

                if (member.GetKind() == MemberReferenceKind.Method)
                {
                    member.DecodeMethodSignature(names, null);
                }

                break;
        }
    }
}
