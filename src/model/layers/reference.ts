/** PyTorch's page of a layer. */
export const page = (name: string): string => `https://pytorch.org/docs/stable/generated/torch.nn.${name}.html`;
